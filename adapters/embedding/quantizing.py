"""Weights of eight bits: each row of a matrix by its own largest value."""

from typing import Any

import numpy as np

from adapters.embedding.light import openvino


def quantized(graph: Any) -> int:
    """Replace the weights of every matrix product of a graph; return how many there were.

    Embedding tables stay as they are: they are looked up and not multiplied. Activations are
    quantised when it runs, in groups (`DYNAMIC_QUANTIZATION_GROUP_SIZE`).
    """
    openvino()
    from openvino import opset13 as ops  # noqa: PLC0415 - see `openvino`

    found = 0
    for node in graph.get_ordered_ops():
        if node.get_type_name() != "MatMul":
            continue
        weights = node.input_value(1).get_node()
        if weights.get_type_name() != "Constant" or len(weights.get_output_shape(0)) != 2:  # noqa: PLR2004
            continue
        how = node.get_attributes()
        rows = np.asarray(weights.get_data(), dtype=np.float32)
        rows = rows if how["transpose_b"] else rows.T
        scale = np.abs(rows).max(axis=1, keepdims=True) / 127
        scale[scale == 0] = 1
        eight = ops.constant(np.clip(np.rint(rows / scale), -127, 127).astype(np.int8))
        back = ops.multiply(ops.convert(eight, "f32"), ops.constant(scale.astype(np.float32)))
        product = ops.matmul(
            node.input_value(0), back, transpose_a=how["transpose_a"], transpose_b=True
        )
        node.output(0).replace(product.output(0))
        found += 1
    graph.validate_nodes_and_infer_types()
    return found
