#!/bin/sh
# Sends one signed request with openssl 3 and curl (README.md, beside this file).
#
#   send.sh KEY_ID PRIVATE_KEY.pem METHOD URL [BODY.json]
set -eu
keyid=$1 private=$2 method=$3 url=$4 body=${5:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

created=$(date +%s)
nonce=$(openssl rand -hex 16)
covered='"@method" "@target-uri"'
printf '"@method": %s\n"@target-uri": %s\n' "$method" "$url" > "$work/base"
set --
if [ -n "$body" ]; then
	digest="sha-256=:$(openssl dgst -sha256 -binary "$body" | openssl base64 -A):"
	idempotency="\"$(openssl rand -hex 16)\""
	covered="$covered \"content-digest\" \"content-type\" \"idempotency-key\""
	printf '"content-digest": %s\n"content-type": application/json\n"idempotency-key": %s\n' "$digest" "$idempotency" >> "$work/base"
	set -- -H 'Content-Type: application/json' -H "Content-Digest: $digest" -H "Idempotency-Key: $idempotency" --data-binary "@$body"
fi
params="($covered);created=$created;nonce=\"$nonce\";keyid=\"$keyid\""
printf '"@signature-params": %s' "$params" >> "$work/base"
signature=$(openssl pkeyutl -sign -rawin -inkey "$private" -in "$work/base" | openssl base64 -A)

curl -sS -X "$method" "$url" -H "Signature-Input: sig1=$params" -H "Signature: sig1=:$signature:" "$@"
