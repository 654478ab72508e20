#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The drain is one program for i386 that needs nothing of its host.

set -u
status=0
expect() {
  "${@:2}" || {
    echo "not so: $1"
    status=1
  }
}
has() { grep -qE "$2" <<<"$1"; }
has_no() { ! grep -qE "$2" <<<"$1"; }

head=$(readelf -h "$1") || exit
segments=$(readelf -lW "$1") || exit
expect 'of 32 bits' has "$head" 'Class: +ELF32'
expect 'for i386' has "$head" 'Machine: +Intel 80386'
expect 'at fixed addresses' has "$head" 'Type: +EXEC'
expect 'without a dynamic linker' has_no "$segments" 'INTERP|DYNAMIC'
exit $status
