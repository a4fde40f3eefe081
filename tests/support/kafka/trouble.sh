#!/usr/bin/env bash
# Makes and troubles connectors on the stack of stack.sh.
#   trouble.sh NAME mend      the connector NAME runs well, 50 records a second (made if there is none)
#   trouble.sh NAME fail      its task fails
#   trouble.sh NAME errors    every third record fails, and is tolerated
#   trouble.sh NAME slow      two records a second
#   trouble.sh NAME gone      it is deleted
set -eu
name=${1:?a connector} url=http://127.0.0.1:18083/connectors
rate=50 fail=-1 bad=0
case ${2:?mend, fail, errors, slow or gone} in
mend) ;;
fail) fail=500 ;;
errors) bad=3 ;;
slow) rate=2 ;;
gone) exec curl -sS -f --retry 5 -X DELETE "$url/$name" ;;
*) echo "trouble.sh: unknown trouble $2" >&2; exit 2 ;;
esac
curl -sS -f --retry 5 --retry-all-errors -o /dev/null -X PUT -H 'Content-Type: application/json' "$url/$name/config" -d @- <<END
{ "connector.class": "tocsin.test.TroubleSource", "tasks.max": "2", "topic": "$name", "rate": "$rate",
  "fail.after.ms": "$fail", "bad.every": "$bad", "errors.tolerance": "all", "transforms": "cast",
  "transforms.cast.type": "org.apache.kafka.connect.transforms.Cast\$Value", "transforms.cast.spec": "int32" }
END
