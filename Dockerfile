# Two steps: the interface and the wheel are built with Node, the image that runs has only Python.
FROM python:3.13-slim-bookworm AS build
COPY --from=node:22-bookworm-slim /usr/local/bin/node /usr/local/bin/node
COPY --from=node:22-bookworm-slim /usr/local/lib/node_modules/npm /usr/local/lib/node_modules/npm
RUN ln -s /usr/local/lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
 && pip install --no-cache-dir 'uv>=0.8,<1'
WORKDIR /src
# Whoever runs the image may not write beside the code, and without bytecode each start would compile all of it.
ENV UV_COMPILE_BYTECODE=1
COPY requirements.lock ./
RUN uv venv /opt/okno && uv pip sync --python /opt/okno/bin/python --require-hashes requirements.lock
COPY . .
RUN uv build --wheel --out-dir /tmp/dist && uv pip install --python /opt/okno/bin/python --no-deps /tmp/dist/*.whl

FROM python:3.13-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends tini \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home --home-dir /var/lib/okno okno
COPY --from=build /opt/okno /opt/okno
ENV PATH=/opt/okno/bin:$PATH OKNO_DATA_DIR=/var/lib/okno OKNO_HOST=0.0.0.0 PYTHONUNBUFFERED=1
USER okno
WORKDIR /var/lib/okno
VOLUME /var/lib/okno
EXPOSE 8000
# 401 is a healthy answer: the stream of live updates is closed to those who have not signed in.
# Before the first answer the tables are brought up to date, which takes its time in a large base.
HEALTHCHECK --interval=30s --timeout=5s --start-period=600s \
  CMD ["python", "-c", "import http.client as h, os; c = h.HTTPConnection('127.0.0.1', int(os.environ.get('OKNO_PORT') or 8000), timeout=4); c.request('GET', '/live'); raise SystemExit(c.getresponse().status != 401)"]
ENTRYPOINT ["tini", "--", "okno"]
CMD ["run"]
