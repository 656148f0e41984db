#!/usr/bin/env bash
# Three hosts on this machine: network namespaces on a bridge, a Dask worker in two of them and the scheduler in the
# third. An export, a training and an ingest run over them while a worker is killed, a link is cut and the scheduler is
# started again; each has to end with what one process alone gives, or to go on to it when it is given again.
#
#     sudo scripts/cluster_trial.sh [RECORDS.jsonl] [SECONDS_OF_THE_CUT]
#
# Needs root, iproute2 and the extra dask. Without RECORDS it writes 4,000 headlines of its own.
set -uo pipefail

ROOT=$(cd "$(dirname "$0")/.." && pwd)
PYTHON=${PYTHON:-$ROOT/.venv/bin/python}
RECORDS=${1:-}
CUT=${2:-45}
WORK=$(mktemp -d)
PORT=8786
SCHEDULER=tcp://10.77.0.1:$PORT
export PYTHONPATH=$ROOT OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
declare -A KEEPERS=()
FAILED=0

command -v ip >/dev/null || { echo 'error: ip is not there. It makes the hosts: apt-get install iproute2' >&2; exit 1; }
[ "$(id -u)" = 0 ] || { echo 'error: network namespaces need root.' >&2; exit 1; }
"$PYTHON" -c 'import distributed' || { echo "error: distributed is missing: pip install '.[dask]'" >&2; exit 1; }

say() { printf '%s  %s\n' "$(date +%T)" "$*"; }
on() { ip netns exec "trial$1" "${@:2}"; }
program() { on 1 "$PYTHON" -m recommender "$@"; }
digest() { sha256sum | cut -c1-16; }

tidy() {
    for keeper in "${KEEPERS[@]}"; do kill -TERM -- "-$keeper" 2>/dev/null; done
    for host in 1 2 3; do
        ip netns pids "trial$host" 2>/dev/null | xargs -r kill -KILL 2>/dev/null
        ip netns del "trial$host" 2>/dev/null
    done
    ip link del trialbr 2>/dev/null
    rm -rf "$WORK"
}
trap tidy EXIT

hosts() {
    ip link add trialbr type bridge && ip link set trialbr up || exit 1
    for host in 1 2 3; do
        ip netns add "trial$host" && ip link add "trial$host" type veth peer name eth0 netns "trial$host" || exit 1
        ip link set "trial$host" master trialbr up
        on "$host" ip addr add "10.77.0.$host/24" dev eth0
        on "$host" ip link set eth0 up
        on "$host" ip link set lo up
    done
}

# What a service manager does: the program again whenever it ends. $1 name, $2 host, then the program.
keep() {
    setsid bash -c 'while :; do ip netns exec "$@" >>"$0" 2>&1; sleep 1; done' "$WORK/$1.log" "trial$2" "${@:3}" &
    KEEPERS[$1]=$!
}
scheduler() { keep scheduler 1 "$PYTHON" -m distributed.cli.dask_scheduler --host 10.77.0.1 --port $PORT --no-dashboard; }
worker() {
    keep "worker$1" "$1" "$PYTHON" -m distributed.cli.dask_worker $SCHEDULER --host "10.77.0.$1" --nthreads 1 \
        --no-dashboard --local-directory "$WORK/scratch$1" --death-timeout 60
}
processes() { ip netns pids "trial$1" | while read -r pid; do grep -qa "$2" "/proc/$pid/cmdline" 2>/dev/null && echo "$pid"; done; }

records() {
    if [ -n "$RECORDS" ]; then cp "$RECORDS" "$WORK/in/records${RECORDS#"${RECORDS%%.*}"}"; return; fi
    "$PYTHON" - "$WORK/in" <<'PY'
import json, random, sys
chance = random.Random(7)
places, things = "포항 구미 영일만 울산 광양 대구".split(), "양극재 음극재 전구체 급속충전기 수소버스 조선소 철강".split()
acts = "공장 착공,생산 확대,특구 지정,투자 협약,화재 점검,채용 시작,수출 증가,실증 완료".split(",")
for part in range(8):
    with open(f"{sys.argv[1]}/part{part}.jsonl", "w", encoding="utf-8") as file:
        for at in range(500):
            title = f"{chance.choice(places)} {chance.choice(things)} {chance.choice(acts)} {chance.randrange(900)}건"
            day = f"2024-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
            file.write(json.dumps({"id": f"{part}-{at}", "title": title, "published": day}, ensure_ascii=False) + "\n")
PY
}

# $1 what is done to the cluster, as a function, while an export is at work, once some of its parts are there.
trial() {
    local name=$1 began status found tries=1
    rm -f "$WORK/out"
    began=$(date +%s)
    program -C "$WORK/home" export --dask $SCHEDULER -o "$WORK/out" 2>"$WORK/told" &
    local export=$!
    until [ "$(ls "$WORK"/home/work/export-*/lists-*.npy 2>/dev/null | wc -l)" -ge 3 ]; do
        kill -0 $export 2>/dev/null || break
        sleep 0.2
    done
    kill -0 $export 2>/dev/null || say "$name: the export was done before anything happened"
    "$name"
    wait $export; status=$?
    while [ $status = 1 ] && [ $tries -lt 4 ]; do
        say "$name: exit $status, $(tail -n 1 "$WORK/told")"
        tries=$((tries + 1))
        sleep 5
        program -C "$WORK/home" export --dask $SCHEDULER -o "$WORK/out" 2>"$WORK/told"; status=$?
        say "$name: given again: $(head -n 1 "$WORK/told")"
    done
    found=$(digest <"$WORK/out")
    say "$name: exit $status after $(($(date +%s) - began)) s and $tries command(s), digest $found"
    [ "$status" = 0 ] && [ "$found" = "$SERIAL" ] || { say "$name: FAILED, wanted $SERIAL"; FAILED=1; tail -n 5 "$WORK"/*.log; }
}
nothing() { :; }
kill_a_worker() { local pid; pid=$(processes 2 spawn_main | tail -n 1); kill -KILL "$pid" && say "killed the worker of host 2, process $pid"; }
cut_a_link() { ip link set trial3 down; say "cut the link of host 3 for $CUT s"; sleep "$CUT"; ip link set trial3 up; say 'the link is back'; }
restart_the_scheduler() { local pid; pid=$(processes 1 dask_scheduler | head -n 1); kill -KILL "$pid" && say "killed the scheduler, process $pid; it is started again"; }

mkdir "$WORK/in" "$WORK/home" "$WORK/many"
hosts
records
say "$(ip netns list | wc -l) hosts; the same alone first"
program -C "$WORK/home" ingest "$WORK/in" >"$WORK/said" || exit 1
say "$(tail -n 1 "$WORK/said")"
program -C "$WORK/home" train --quiet >"$WORK/said" 2>&1 || { cat "$WORK/said"; exit 1; }
say "$(tail -n 1 "$WORK/said")"
program -C "$WORK/home" export -o "$WORK/alone" 2>/dev/null
SERIAL=$(digest <"$WORK/alone")
say "export alone: digest $SERIAL"

scheduler; worker 2; worker 3
until on 1 "$PYTHON" -c "from distributed import Client; Client('$SCHEDULER', timeout=5).wait_for_workers(2, timeout=60)" 2>/dev/null; do sleep 1; done
for name in nothing kill_a_worker cut_a_link restart_the_scheduler; do trial $name; done

program -C "$WORK/many" ingest --dask $SCHEDULER "$WORK/in" >"$WORK/said" || FAILED=1
one=$("$PYTHON" -m recommender -C "$WORK/home" articles --format jsonl | digest)
two=$("$PYTHON" -m recommender -C "$WORK/many" articles --format jsonl | digest)
say "ingest over Dask: digest $two, alone $one"
[ "$one" = "$two" ] || FAILED=1
program -C "$WORK/many" train --quiet --dask $SCHEDULER >"$WORK/said" 2>&1 || { cat "$WORK/said"; FAILED=1; }
# Everything but the manifest and the card, which bear the time.
files() { (cd "$1"/models/v0001 && sha256sum -- *.npy *.json *.bin *.txt 2>/dev/null | grep -v manifest.json | digest); }
one=$(files "$WORK/home"); two=$(files "$WORK/many")
say "training over Dask: digest $two, alone $one"
[ "$one" = "$two" ] || FAILED=1
[ $FAILED = 0 ] && say 'all ended with what one process alone gives' || say 'something differs'
exit $FAILED
