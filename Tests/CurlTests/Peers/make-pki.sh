#!/bin/bash
# make-pki.sh DIR: a certificate authority, a stranger's, and leaf certificates for the tests.
set -euo pipefail
cd "$1"

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }

authority() { # NAME COMMON-NAME
    key "$1"
    openssl req -x509 -new -key "$1.key" -days 2 -subj "/CN=$2" -out "$1.pem"
}

leaf() { # NAME AUTHORITY DAYS SUBJECT-ALT-NAMES EXTENDED-KEY-USAGE
    key "$1"
    openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
    printf 'subjectAltName=%s\nextendedKeyUsage=%s\n' "$4" "$5" >"$1.ext"
    openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -set_serial "$RANDOM$RANDOM" \
        -days "$3" -extfile "$1.ext" -out "$1.pem"
}

authority ca "Test CA"
authority stranger "Stranger CA"
leaf good ca 1 "DNS:localhost,IP:127.0.0.1" serverAuth
leaf wrongname ca 1 "DNS:elsewhere.test" serverAuth
leaf expired ca -1 "DNS:localhost,IP:127.0.0.1" serverAuth
leaf client ca 1 "DNS:agent.test" clientAuth
