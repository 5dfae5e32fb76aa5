# syntax=docker/dockerfile:1

# The embedded Postgres is left out of the image, so KEYWAY_WAREHOUSE (or KEYWAY_WAREHOUSE_FILE) must be set. docs/containers.md tells the rest.
#   docker run -e HUBSPOT_SERVICE_KEY -e KEYWAY_WAREHOUSE keyway                             # the worker
#   docker run --rm -e HUBSPOT_SERVICE_KEY -e KEYWAY_WAREHOUSE -e KEYWAY_HTTP=off keyway sync # one sync, or any other command

# By its tag: which digest that has can only be seen where there is a registry. Renovate (.github/renovate.json) pins it.
FROM node:26-bookworm-slim AS base

FROM base AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Optional packages are the pinned Node, which the base image brings, and the embedded Postgres.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund && npm cache clean --force

FROM base
# libatomic1: Node 26 links it, and slim images may lack it. tini: process 1 that passes signals on and reaps.
# Debian's security updates are the latest ones whenever the image is built, so versions are not pinned.
# Programs that run as somebody else than who calls them have no use here; nor has npm.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates libatomic1 tini \
  && rm -rf /var/lib/apt/lists/* /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn* /usr/local/bin/yarn* \
  && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Keyway" \
  org.opencontainers.image.description="A faithful, typed copy of a HubSpot CRM in your own Postgres or BigQuery" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
# The status page answers whoever can reach the container. Without KEYWAY_HTTP_TOKEN it tells them no more than whether the worker lives.
ENV NODE_ENV=production LOG_FORMAT=json KEYWAY_HTTP=0.0.0.0:8080
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY config ./config
COPY migrations ./migrations
COPY pipelines ./pipelines
COPY src ./src
RUN ln -s /app/src/cli/keyway.mjs /usr/local/bin/keyway && chmod +x src/cli/keyway.mjs
# By its number (node's), so that Kubernetes can see that it is not root. Nothing in the image is its own: it writes no file.
USER 1000:1000
EXPOSE 8080
STOPSIGNAL SIGTERM
# Of a job (`sync`), with KEYWAY_HTTP=off, there is nothing to ask: its exit code tells.
HEALTHCHECK --interval=60s --timeout=10s --start-period=30s --retries=3 CMD ["keyway", "health"]
# No signal opens Node's debugger, which shows everything.
ENTRYPOINT ["/usr/bin/tini", "--", "node", "--disable-sigusr1", "/app/src/cli/keyway.mjs"]
CMD ["worker"]
