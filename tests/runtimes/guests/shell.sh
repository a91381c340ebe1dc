#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A custom runtime in shell, as the developer guide's tutorial writes it: curl and sed.
set -u
API=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation
HEAD=$(mktemp)

header() {
    tr -d '\r' <"$HEAD" | sed -n "s/^$1: *//Ip"
}

answer() {
    curl -sS -o /dev/null -X POST "$API/$ID/$1" -d "$2"
}

while true; do
    EVENT=$(curl -sS -LD "$HEAD" "$API/next") || exit 1
    ID=$(header Lambda-Runtime-Aws-Request-Id)
    case $EVENT in
    *'"do": "error"'*)
        answer error '{"errorMessage":"told to fail","errorType":"ShellError"}'
        ;;
    *'"do": "exit"'*) exit 7 ;;
    *'"do": "sleep"'*) sleep 60 ;;
    *'"do": "log"'*)
        echo 'a word from the guest'
        answer response '"logged"'
        ;;
    *'"do": "context"'*)
        LEFT=$(($(header Lambda-Runtime-Deadline-Ms) - $(date +%s%3N)))
        answer response "{\"id\":\"$ID\",\"remaining\":$LEFT,
            \"arn\":\"$(header Lambda-Runtime-Invoked-Function-Arn)\",
            \"name\":\"$AWS_LAMBDA_FUNCTION_NAME\",
            \"version\":\"$AWS_LAMBDA_FUNCTION_VERSION\",
            \"memory\":$AWS_LAMBDA_FUNCTION_MEMORY_SIZE}"
        ;;
    *) answer response "$EVENT" ;;
    esac
done
