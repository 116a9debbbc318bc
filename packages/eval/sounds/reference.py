"""YAMNet twice, sharing no code with Tercet: plain loops in numpy, double precision, and LiteRT's interpreter in int8.

usage: reference.py MODEL.tflite PCM OUT

PCM: mono, 16 bit little-endian, 16 kHz. OUT: float32 little-endian, four matrices one after another, a row per patch:
plain scores, plain embeddings, int8 scores, int8 embeddings. Prints the number of patches.
"""

import sys

import numpy as np
from ai_edge_litert.interpreter import Interpreter

# MobileNetV1 (Howard et al. 2017, table 1): strides of its 13 depthwise convolutions; the first convolution has 2.
STRIDES = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1]
PATCH, HOP = 15_600, 7_680


def constants(interpreter):
    """Real values of the convolutions' kernels and biases in file order, then the dense layer's."""
    kernels, dense = [], None
    details = interpreter.get_tensor_details()
    for kernel, bias in zip(details, details[1:]):
        scales = kernel["quantization_parameters"]["scales"]
        shape = kernel["shape"]
        if scales.size == 0 or bias["quantization_parameters"]["scales"].size == 0:
            continue
        if kernel["dtype"] != np.int8 or bias["dtype"] != np.int32 or bias["shape"].size != 1:
            continue
        pair = [real(interpreter, kernel), real(interpreter, bias)]
        if len(shape) == 4 and scales.size > 1:
            kernels.append(pair)
        elif len(shape) == 2:
            dense = pair
    return kernels, dense


def real(interpreter, detail):
    values = interpreter.get_tensor(detail["index"]).astype(np.float64)
    parameters = detail["quantization_parameters"]
    shape = [1] * values.ndim
    if parameters["scales"].size > 1:
        shape[parameters["quantized_dimension"]] = -1
    scales = parameters["scales"].astype(np.float64).reshape(shape)
    return scales * (values - parameters["zero_points"].reshape(shape))


def convolve(plane, kernel, bias, stride, depthwise):
    """[height, width, channels], SAME padding, then ReLU6."""
    _, kernel_height, kernel_width, _ = kernel.shape
    height, width, _ = plane.shape
    rows, columns = -(-height // stride), -(-width // stride)
    down = max(0, (rows - 1) * stride + kernel_height - height)
    right = max(0, (columns - 1) * stride + kernel_width - width)
    padded = np.pad(plane, ((down // 2, down - down // 2), (right // 2, right - right // 2), (0, 0)))
    out = np.zeros((rows, columns, bias.size)) + bias
    for y in range(kernel_height):
        for x in range(kernel_width):
            seen = padded[y : y + (rows - 1) * stride + 1 : stride, x : x + (columns - 1) * stride + 1 : stride]
            out += seen * kernel[0, y, x] if depthwise else seen @ kernel[:, y, x].T
    return np.clip(out, 0, 6)


def log_mel(samples, mel):
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 400)
    frames = np.stack([samples[160 * i : 160 * i + 400] * window for i in range(96)])
    return np.log(np.abs(np.fft.rfft(frames, 512)) @ mel.T.astype(np.float64) + 0.001)


def plain(patch, kernels, dense):
    plane = convolve(patch[:, :, None], *kernels[0], 2, False)
    for index, stride in enumerate(STRIDES):
        plane = convolve(plane, *kernels[1 + 2 * index], stride, True)
        plane = convolve(plane, *kernels[2 + 2 * index], 1, False)
    embedding = plane.mean((0, 1))
    return 1 / (1 + np.exp(-(dense[0] @ embedding + dense[1]))), embedding


def main():
    model, pcm, out = sys.argv[1:]
    interpreter = Interpreter(model_path=model, num_threads=1, experimental_preserve_all_tensors=True)
    interpreter.allocate_tensors()
    details = interpreter.get_tensor_details()
    mel = next(interpreter.get_tensor(d["index"]) for d in details if list(d["shape"]) == [64, 257])
    inner = next(d for d in details if list(d["shape"]) == [1, 1, 1, 1024])
    (source,), (sink,) = interpreter.get_input_details(), interpreter.get_output_details()
    kernels, dense = constants(interpreter)
    assert len(kernels) == 27 and dense is not None
    samples = np.fromfile(pcm, dtype="<i2").astype(np.float64) / 32768
    count = 1 + max(0, -(-(samples.size - PATCH) // HOP))
    samples = np.pad(samples, (0, PATCH + (count - 1) * HOP - samples.size))
    rows = [[], [], [], []]
    for index in range(count):
        clip = samples[index * HOP : index * HOP + PATCH]
        scores, embedding = plain(log_mel(clip, mel), kernels, dense)
        interpreter.set_tensor(source["index"], clip.astype(np.float32))
        interpreter.invoke()
        quantised = real_activation(interpreter, inner)
        for matrix, row in zip(rows, (scores, embedding, interpreter.get_tensor(sink["index"]), quantised)):
            matrix.append(np.ravel(row))
    np.concatenate([np.ravel(np.stack(matrix)) for matrix in rows]).astype("<f4").tofile(out)
    print(count)


def real_activation(interpreter, detail):
    scale, zero = detail["quantization"]
    return scale * (interpreter.get_tensor(detail["index"]).astype(np.float64) - zero)


main()
