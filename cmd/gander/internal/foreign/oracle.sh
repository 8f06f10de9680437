#!/usr/bin/env bash
# Compares Gander's training with PyTorch's: see oracle.py.
#
#   oracle.sh [-steps N] [-batch N] [MODEL...]
#
# Without arguments it compares all models of gander bench, with the batch sizes of the
# benchmark. The name of a recipe compares the recipe with its default settings. It needs
# Go and Debian's python3-torch. Without torch it prints "skipped".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

flags=()
while [[ ${1:-} == -* ]]; do
	flags+=("$1" "${2:?$1 needs a value}")
	shift 2
done
models=("$@")
((${#models[@]} > 0)) || models=(goodfellow2014 dcgan32 wgangp-mlp wgangp-conv32 sngan32 r3gan32 wgangp-resnet32)

python=""
for candidate in python3 /usr/bin/python3; do
	if "$candidate" -c 'import torch' 2>/dev/null; then
		python=$candidate
		break
	fi
done
if [[ -z $python ]]; then
	echo "skipped: no python3 with torch was found (Debian: apt-get install python3-torch)"
	exit 0
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
for model in "${models[@]}"; do
	go -C "$here" run ./dump "${flags[@]}" "$model" "$scratch/$model"
	"$python" -B "$here/oracle.py" "$scratch/$model" || failed=1
	rm -r "${scratch:?}/$model"
done
exit $failed
