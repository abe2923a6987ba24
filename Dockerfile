# syntax=docker/dockerfile:1
# Dateline with the model inside, as a user of its own; data lies in the volume /data, and nothing
# else is written to but /tmp. compose.yaml runs it as it is meant to be run. By hand:
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
# Then what Dateline needs, so that a change of its code installs nothing else again.
COPY pyproject.toml ./
RUN python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"], sep="\n")' > needed.txt \
    && pip install -c constraints.txt -r needed.txt
COPY README.md LICENSE ./
COPY bot bot
COPY adapters adapters
COPY briefs briefs
# pip compiles what it installs, for nothing can be written later; it is of no use itself there.
RUN pip install --no-deps . \
    && pip uninstall --yes pip setuptools \
    && python -c 'from adapters.embedding import DEFAULT_MODEL, verified; print(verified(DEFAULT_MODEL.name))'

FROM python:3.11-slim-bookworm

RUN useradd --system --user-group --uid 10001 --home-dir /data --shell /usr/sbin/nologin dateline \
    && install -d -o dateline -g dateline -m 0700 /data
COPY --from=build /opt/dateline /opt/dateline
# /healthz is for the health check below: it listens inside of the container only.
ENV PATH=/opt/dateline/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATELINE_DATA=/data \
    DATELINE_WEB__ENABLED=true \
    HF_HOME=/data/models \
    DATELINE_CACHE=/data/cache
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-m", "bot.healthy"]
# In the exec form, so that Dateline is told to stop, and not a shell.
ENTRYPOINT ["dateline"]
CMD ["run"]
