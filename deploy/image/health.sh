#!/bin/bash
# The image's health check: whether every condition of the service's readiness holds. bash alone, since a start of Node
# every few seconds in every container would be felt.
exec 3<>"/dev/tcp/127.0.0.1/${TERCET_HEALTH_PORT:-9464}" || exit 1
printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
IFS= read -r -t 4 status <&3
[[ $status == *" 200 "* ]]
