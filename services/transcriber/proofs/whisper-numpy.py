"""Whisper's encoder and the first steps of its decoder in NumPy, in fp32 or in the graphs' own 8-bit arithmetic, for
services/transcriber/src/whisper.test.ts. Reads CTranslate2's model.bin itself; shares no code with the builders.

python -m venv venv && venv/bin/pip install numpy==2.4.6
venv/bin/python whisper-numpy.py fp32|int8 PROMPT OUT.json MODEL_BIN_PARTS... < clip.s16le
(proofs/clip.flac as mono, 16 bit, 16 kHz; PROMPT: token ids with commas; the parts are one file)
"""
import json
import math
import struct
import sys

import numpy as np

precision, prompt, out, *parts = sys.argv[1:]
data = b"".join(open(part, "rb").read() for part in parts)
at = 0


def number(form):
    global at
    value = struct.unpack_from("<" + form, data, at)[0]
    at += struct.calcsize(form)
    return value


def name():
    global at
    length = number("H")
    at += length
    return data[at - length : at - 1].decode()


number("I"), name(), number("I")
tensors = {}
for _ in range(number("I")):
    key, rank = name(), number("B")
    shape = [number("I") for _ in range(rank)]
    kind, length = number("B"), number("I")
    dtype = ["<f4", "i1", "<i2", "<i4", "<f2"][kind]
    tensors[key] = np.frombuffer(data, dtype, offset=at, count=length // np.dtype(dtype).itemsize).reshape(shape)
    at += length
aliases = {}
for _ in range(number("I")):
    alias, target = name(), name()
    tensors[alias] = tensors[target]


def floats(key):
    return tensors[key].astype(np.float32)


def quantised(weights):
    """Columns to whole numbers up to 64, with their scales."""
    scales = np.maximum(np.abs(weights).max(axis=0), np.finfo(float).eps).astype(np.float32) / np.float32(64)
    return np.floor(weights.astype(float) / scales + 0.5).astype(np.int64), scales


def dense(x, weights, bias, from_gelu=False):
    if precision == "fp32":
        return x @ weights + bias
    values, scales = quantised(weights)
    shifted = x + np.float32(0.17) if from_gelu else x
    top = shifted.max(axis=1) if from_gelu else np.abs(shifted).max(axis=1)
    scale = (np.maximum(top, 1e-12) / np.float32(255 if from_gelu else 127)).astype(np.float32)[:, None]
    zero = 0 if from_gelu else 128
    whole = np.clip(np.rint(shifted / scale) + zero, 0, 255) - zero
    # Sums stay far below 2^53, so doubles hold them exactly.
    product = (whole.astype(float) @ values.astype(float)).astype(np.float32) * scale * scales
    return product + (bias - np.float32(0.17) * (values.sum(axis=0) * scales) if from_gelu else bias)


def layer(x, key, scaled=0, from_gelu=False):
    weights, bias = floats(f"{key}/weight").T.copy(), floats(f"{key}/bias").copy()
    weights[:, :scaled] *= np.float32(1 / 8)
    bias[:scaled] *= np.float32(1 / 8)
    return dense(x, weights, bias, from_gelu)


def norm(x, key):
    mean = x.mean(axis=1, keepdims=True)
    spread = np.sqrt(((x - mean) ** 2).mean(axis=1, keepdims=True) + 1e-5)
    return ((x - mean) / spread * floats(f"{key}/gamma") + floats(f"{key}/beta")).astype(np.float32)


erf = np.vectorize(math.erf, otypes=[np.float32])


def gelu(x):
    return x * 0.5 * (1 + erf(x / math.sqrt(2)))


def attention(query, key, value, mask=None):
    found = []
    for head in range(query.shape[1] // 64):
        part = slice(64 * head, 64 * head + 64)
        scores = query[:, part] @ key[:, part].T
        scores = scores if mask is None else np.where(mask, scores, -np.inf)
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        found.append(weights / weights.sum(axis=1, keepdims=True) @ value[:, part])
    return np.concatenate(found, axis=1)


def feed_forward(x, key):
    inner = gelu(layer(norm(x, f"{key}/layer_norm"), f"{key}/linear_0"))
    return x + layer(inner, f"{key}/linear_1", from_gelu=True)


def convolved(x, key, stride):
    kernel, padded = floats(f"{key}/weight"), np.pad(x, ((0, 0), (1, 1)))
    steps = range(0, padded.shape[1] - 2, stride)
    columns = np.stack([padded[:, step : step + 3].ravel() for step in steps])
    return gelu(columns @ kernel.reshape(len(kernel), -1).T + floats(f"{key}/bias")).T


def log_mel(pcm):
    audio = np.zeros(480_000)
    audio[: len(pcm)] = pcm / 32768.0
    padded = np.pad(audio, 200, mode="reflect")
    frames = np.stack([padded[i * 160 : i * 160 + 400] * np.hanning(401)[:-1] for i in range(3000)])
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    step = math.log(6.4) / 27
    mels = np.linspace(0, 15 + math.log(8) / step, 82)
    edges = np.where(mels < 15, mels * 200 / 3, 1000 * np.exp(step * (mels - 15)))
    bins = np.arange(201) * 40.0
    rise = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    filters = np.maximum(0, np.minimum(rise, fall)) * (2 / (edges[2:] - edges[:-2]))[:, None]
    log = np.log10(np.maximum(filters @ power.T, 1e-10))
    return ((np.maximum(log, log.max() - 8) + 4) / 4).astype(np.float32)


pcm = np.frombuffer(sys.stdin.buffer.read(), dtype="<i2")[:480_000]
x = convolved(convolved(log_mel(pcm), "encoder/conv1", 1), "encoder/conv2", 2).T
x = (x + floats("encoder/position_encodings/encodings")).astype(np.float32)
width = x.shape[1]
layers = sum(f"encoder/layer_{i}/ffn/linear_0/weight" in tensors for i in range(99))
for i in range(layers):
    key = f"encoder/layer_{i}/self_attention"
    query, keys, values = np.split(layer(norm(x, f"{key}/layer_norm"), f"{key}/linear_0", width), 3, axis=1)
    x = x + layer(attention(query, keys, values), f"{key}/linear_1")
    x = feed_forward(x, f"encoder/layer_{i}/ffn")
hidden = norm(x, "encoder/layer_norm")

tokens = [int(token) for token in prompt.split(",")]
table = floats("decoder/embeddings/weight").T
if precision == "int8":
    whole, scales = quantised(table)
    embedded = (whole[:, tokens] * scales[tokens]).T.astype(np.float32)
else:
    embedded = table[:, tokens].T
x = embedded + floats("decoder/position_encodings/encodings")[: len(tokens)]
mask = np.tril(np.ones((len(tokens), len(tokens)), bool))
for i in range(layers):
    key = f"decoder/layer_{i}/self_attention"
    query, keys, values = np.split(layer(norm(x, f"{key}/layer_norm"), f"{key}/linear_0", width), 3, axis=1)
    x = x + layer(attention(query, keys, values, mask), f"{key}/linear_1")
    key = f"decoder/layer_{i}/attention"
    query = layer(norm(x, f"{key}/layer_norm"), f"{key}/linear_0", width)
    keys, values = np.split(layer(hidden, f"{key}/linear_1"), 2, axis=1)
    x = x + layer(attention(query, keys, values), f"{key}/linear_2")
    x = feed_forward(x, f"decoder/layer_{i}/ffn")
logits = dense(norm(x, "decoder/layer_norm"), table, np.zeros(table.shape[1], np.float32))[-1]

golden = {
    "prompt": tokens,
    "hidden": {f"{t},{c}": round(float(hidden[t, c]), 5) for t in range(0, 1500, 171) for c in range(0, width, 61)},
    "logits": {str(t): round(float(logits[t]), 4) for t in range(0, len(logits), 997)},
}
json.dump(golden, open(out, "w"), indent=1)
print(hidden.shape, int(logits.argmax()), float(logits.max()))
