# The service in a container: docs/service.md says how it is started. The home, with data/ and models/, is a volume.
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md LICENSE ./
COPY recommender recommender
COPY models/base models/base
RUN python -m venv /opt/recommender \
 && /opt/recommender/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock \
 && /opt/recommender/bin/pip install --no-cache-dir "starlette>=1" "uvicorn>=0.30" \
 && /opt/recommender/bin/pip install --no-cache-dir --no-deps .

FROM python:3.11-slim
RUN useradd --uid 10001 --no-create-home --home-dir /srv/archive --shell /usr/sbin/nologin recommender \
 && mkdir -p /srv/archive /var/cache/recommender && chown recommender: /srv/archive /var/cache/recommender
COPY --from=build /opt/recommender /opt/recommender
# A training compiles: numba keeps that in a folder that the user may write, and fails without one.
ENV PATH=/opt/recommender/bin:$PATH PYTHONUTF8=1 RECOMMENDER_HOME=/srv/archive NUMBA_CACHE_DIR=/var/cache/recommender
USER recommender
VOLUME /srv/archive
EXPOSE 8765
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s CMD ["python", "-c", "\
import urllib.error, urllib.request as r, sys\n\
try: r.urlopen('http://127.0.0.1:8765/healthz', timeout=2)\n\
except urllib.error.HTTPError as e: sys.exit(e.code != 503)\n\
except OSError: sys.exit(1)"]
ENTRYPOINT ["recommender"]
CMD ["serve", "--host", "0.0.0.0"]
