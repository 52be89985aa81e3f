FROM python:3.12-slim AS build
# requirements-fleet.lock is what workers need (container/fleet.yaml).
ARG LOCK=requirements.lock
WORKDIR /src
COPY requirements.lock requirements-fleet.lock requirements-build.lock requirements-release.lock ./
# What is installed is what the lock files name, to the byte.
RUN python -m venv /opt/build \
 && python -m venv /opt/release \
 && python -m venv /opt/cardwarden \
 && /opt/build/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-build.lock \
 && /opt/release/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-release.lock \
 && /opt/cardwarden/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r ${LOCK}
COPY pyproject.toml README.md LICENSE ./
COPY systemd systemd
COPY daemon daemon
RUN /opt/build/bin/python -m pip wheel --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist . \
 && /opt/cardwarden/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps dist/*.whl \
 && /opt/cardwarden/bin/python -m pip uninstall --yes pip \
 && install -d -m 0755 /out/config /out/usr/share/doc/cardwarden \
 && install -d -m 0700 -o 1000 -g 1000 /out/data
# The list of what is in it (CycloneDX), made of what was installed.
RUN version=$(/opt/cardwarden/bin/python -c "import cardwarden; print(cardwarden.__version__)") \
 && sed "s/^dynamic = .*/version = \"$version\"/" pyproject.toml > sbom.toml \
 && /opt/release/bin/cyclonedx-py environment --pyproject sbom.toml --output-reproducible \
    --output-file /out/usr/share/doc/cardwarden/sbom.cdx.json /opt/cardwarden/bin/python

FROM python:3.12-slim
ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="cardwarden" \
      org.opencontainers.image.description="Guards address books: tells you when a contact changes in a way you would not want" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.base.name="docker.io/library/python:3.12-slim"
COPY --from=build /opt/cardwarden /opt/cardwarden
COPY --from=build /out/ /
# HOME is for a user that the image does not know, which would have none.
ENV PATH=/opt/cardwarden/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    CARDWARDEN_CONFIG=/config/cardwarden.toml \
    STATE_DIRECTORY=/data
# Any other user will do, if /data is its own.
USER 1000:1000
HEALTHCHECK --interval=1m --timeout=10s --start-period=1m --retries=3 CMD ["cardwarden", "healthcheck"]
ENTRYPOINT ["cardwarden"]
CMD ["run"]
