"""Reads a safetensors file with nothing of Gander and prints what it holds as JSON.

Prefers the reference implementation; without it, reads the format by struct and
json alone. Data are printed as hexadecimal digits.
"""
import json
import struct
import sys

raw = open(sys.argv[1], "rb").read()
(length,) = struct.unpack("<Q", raw[:8])
header = json.loads(raw[8 : 8 + length].decode("utf-8"))
data = raw[8 + length :]
metadata = header.pop("__metadata__", {})
tensors = {}
end = 0
for name, info in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
    begin, stop = info["data_offsets"]
    assert begin == end, f"{name} begins at {begin}, want {end}"
    end = stop
    tensors[name] = {"dtype": info["dtype"], "shape": info["shape"], "data": data[begin:stop].hex()}
assert end == len(data), f"tensors end at {end} of {len(data)}"

reader = "struct and json"
try:
    from safetensors import deserialize

    for name, info in deserialize(raw):
        assert tensors[name]["data"] == bytes(info["data"]).hex(), name
        assert tensors[name]["shape"] == list(info["shape"]), name
        assert tensors[name]["dtype"] == info["dtype"], name
    reader = "the reference implementation"
except ImportError:
    pass
print(json.dumps({"reader": reader, "start": 8 + length, "metadata": metadata, "tensors": tensors}))
