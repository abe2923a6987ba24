# syntax=docker/dockerfile:1
# Dateline with the model inside, as a user of its own. Data lies in the volume /data.
#
#   docker build -t dateline .
#   docker run --rm -v dateline:/data -v "$PWD/articles:/articles:ro" dateline source add /articles
#   docker run --rm -v dateline:/data dateline ask "…"

FROM python:3.11-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
ARG TORCH_CPU_INDEX=https://download.pytorch.org/whl/cpu

RUN python -m venv /opt/dateline
ENV PATH=/opt/dateline/bin:$PATH

# What changes seldom comes first: PyTorch's CPU build is most of the image.
WORKDIR /source
COPY constraints.txt ./
RUN pip install -c constraints.txt --extra-index-url "$TORCH_CPU_INDEX" torch
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY adapters adapters
COPY briefs briefs
RUN pip install -c constraints.txt . && python -m compileall -q /opt/dateline

FROM python:3.11-slim-bookworm

RUN useradd --system --user-group --uid 10001 --home-dir /data --shell /usr/sbin/nologin dateline \
    && install -d -o dateline -g dateline -m 0700 /data
COPY --from=build /opt/dateline /opt/dateline
ENV PATH=/opt/dateline/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    DATELINE_DATA=/data \
    HF_HOME=/data/models \
    DATELINE_CACHE=/data/cache
USER 10001
WORKDIR /data
VOLUME /data
ENTRYPOINT ["dateline"]
CMD ["--help"]
