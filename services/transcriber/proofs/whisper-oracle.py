"""Independent figures of Whisper by CTranslate2 and NumPy, for services/transcriber/src/whisper.test.ts.

python -m venv venv && venv/bin/pip install ctranslate2==4.8.5 numpy==2.4.6
venv/bin/python whisper-oracle.py MODEL_FOLDER OUT.json < clip.s16le   (proofs/clip.flac as mono, 16 bit, 16 kHz)
MODEL_FOLDER holds model.bin, config.json and the vocabulary of a CTranslate2 Whisper.
"""
import json
import sys

import ctranslate2
import numpy as np

pcm = np.frombuffer(sys.stdin.buffer.read(), dtype="<i2")[:480_000]
audio = np.zeros(480_000)
audio[: len(pcm)] = pcm / 32768.0
padded = np.pad(audio, 200, mode="reflect")
window = np.hanning(401)[:-1]
frames = np.stack([padded[i * 160 : i * 160 + 400] * window for i in range(3001)])
power = np.abs(np.fft.rfft(frames, axis=1)) ** 2


def to_hz(mel):
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp(np.log(6.4) / 27 * (mel - 15)))


edges = to_hz(np.linspace(0, 15 + np.log(8) / (np.log(6.4) / 27), 82))
bins = np.arange(201) * 40.0
rise = (bins[None, :] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
fall = (edges[2:, None] - bins[None, :]) / (edges[2:] - edges[1:-1])[:, None]
filters = np.maximum(0, np.minimum(rise, fall)) * (2 / (edges[2:] - edges[:-2]))[:, None]
log = np.log10(np.maximum(filters @ power[:-1].T, 1e-10))
mel = ((np.maximum(log, log.max() - 8) + 4) / 4).astype(np.float32)

folder, out = sys.argv[1:3]
model = ctranslate2.models.Whisper(folder, device="cpu", compute_type="float32", intra_threads=1)
features = ctranslate2.StorageView.from_array(np.ascontiguousarray(mel[None]))
hidden = np.array(model.encode(features))[0]
multilingual = model.is_multilingual
start, language, task = (50258, 50259, 50359) if multilingual else (50257, None, None)
prompt = [start, language, task] if multilingual else [start]
result = model.generate(
    features, [prompt], beam_size=1, num_hypotheses=1, suppress_blank=True, suppress_tokens=[-1],
    max_initial_timestamp_index=50, return_scores=True, return_no_speech_prob=True, max_length=224,
    length_penalty=0,
)[0]
golden = {
    "samples": int(len(pcm)),
    "mel": {f"{b},{f}": round(float(mel[b, f]), 6) for b in range(0, 80, 13) for f in range(0, 400, 37)},
    "hidden": {f"{t},{c}": round(float(hidden[t, c]), 5) for t in range(0, 1500, 171) for c in range(0, hidden.shape[1], 61)},
    "tokens": [int(t) for t in result.sequences_ids[0]],
    "noSpeech": float(result.no_speech_prob),
}
if multilingual:
    golden["languages"] = [[c[2:-2], round(float(p), 5)] for c, p in model.detect_language(features)[0][:3]]
json.dump(golden, open(out, "w"), indent=1)
print(golden["tokens"], golden["noSpeech"], golden.get("languages"))
