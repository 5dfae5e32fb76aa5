# syntax=docker/dockerfile:1

# The embedded Postgres is left out of the image, so KEYWAY_WAREHOUSE (or KEYWAY_WAREHOUSE_FILE) must be set:
#   docker run --rm -e HUBSPOT_SERVICE_KEY -e KEYWAY_WAREHOUSE keyway
# Any other command goes behind the image's name: docker run --rm … keyway status --json

FROM node:26-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Optional packages are the pinned Node, which the base image brings, and the embedded Postgres.
RUN npm ci --omit=dev --omit=optional --ignore-scripts && npm cache clean --force

FROM node:26-bookworm-slim
# libatomic1: Node 26 links it, and slim images may lack it. tini: process 1 that passes signals on and reaps.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates libatomic1 tini \
  && rm -rf /var/lib/apt/lists/*
LABEL org.opencontainers.image.title="Keyway" \
  org.opencontainers.image.description="A faithful, typed copy of a HubSpot CRM in your own Postgres or BigQuery" \
  org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production LOG_FORMAT=json
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY config ./config
COPY migrations ./migrations
COPY pipelines ./pipelines
COPY src ./src
RUN ln -s /app/src/cli/keyway.mjs /usr/local/bin/keyway && chmod +x src/cli/keyway.mjs
USER node
STOPSIGNAL SIGTERM
# A job that runs and ends: there is nothing for a HEALTHCHECK to ask; its exit code tells.
# No signal opens Node's debugger, which shows everything.
ENTRYPOINT ["/usr/bin/tini", "--", "node", "--disable-sigusr1", "/app/src/cli/keyway.mjs"]
CMD ["sync"]
