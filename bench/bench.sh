#!/bin/sh
# All benchmarks, with the Node of this bundle: sh bench.sh --quick first. Nothing else is needed but a GPU's driver;
# bench/bench-all.mjs says what can be asked for.
here=${0%/*}
[ "$here" = "$0" ] && here=.
exec "$here/node" "$here/bench/bench-all.mjs" "$@"
