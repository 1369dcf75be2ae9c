"""A model of the shape of SmolLM2-360M with weights drawn from a seed, for the bench beside peers:

    python second-shape.py SMOLLM2.gguf OUT.gguf f32|q8_0|q4_0

SMOLLM2.gguf gives the tokenizer. q4_0 keeps the embedding in Q8_0, as llama.cpp's own tool does. Speed does not depend
on what weights are; answers of this model mean nothing. Needs gguf and numpy.
"""

import sys

import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import GGUFReader, GGUFValueType, GGUFWriter
from gguf.quants import quantize

HIDDEN, LAYERS, HEADS, KEY_HEADS, INNER, VOCABULARY, HEAD = 960, 32, 15, 5, 2560, 49152, 64

source, target, kind = sys.argv[1:4]
sizes = {
    "llama.embedding_length": HIDDEN,
    "llama.block_count": LAYERS,
    "llama.attention.head_count": HEADS,
    "llama.attention.head_count_kv": KEY_HEADS,
    "llama.feed_forward_length": INNER,
    "llama.vocab_size": VOCABULARY,
    "llama.rope.dimension_count": HEAD,
}
writer = GGUFWriter(target, "llama")
for name, field in GGUFReader(source).fields.items():
    if name.startswith("GGUF.") or name == "general.architecture":
        continue
    first, *rest = field.types
    value = sizes.get(name, field.contents())
    if first == GGUFValueType.ARRAY:
        writer.add_key_value(name, value, first, rest[0])
    else:
        writer.add_key_value(name, value, first)

random = np.random.default_rng(360)


def add(name: str, rows: int, columns: int, deviation: float) -> None:
    weights = random.standard_normal((rows, columns), dtype=np.float32) * np.float32(deviation)
    if kind == "f32":
        writer.add_tensor(name, weights)
        return
    wanted = Type.Q8_0 if kind == "q8_0" or name == "token_embd.weight" else Type.Q4_0
    writer.add_tensor(name, quantize(weights, wanted), raw_dtype=wanted)


def add_norm(name: str) -> None:
    writer.add_tensor(name, np.ones(HIDDEN, np.float32))


add("token_embd.weight", VOCABULARY, HIDDEN, 0.02)
for layer in range(LAYERS):
    block = f"blk.{layer}."
    add_norm(block + "attn_norm.weight")
    add_norm(block + "ffn_norm.weight")
    add(block + "attn_q.weight", HEADS * HEAD, HIDDEN, 0.03)
    add(block + "attn_k.weight", KEY_HEADS * HEAD, HIDDEN, 0.03)
    add(block + "attn_v.weight", KEY_HEADS * HEAD, HIDDEN, 0.03)
    add(block + "attn_output.weight", HIDDEN, HEADS * HEAD, 0.02)
    add(block + "ffn_gate.weight", INNER, HIDDEN, 0.03)
    add(block + "ffn_up.weight", INNER, HIDDEN, 0.03)
    add(block + "ffn_down.weight", HIDDEN, INNER, 0.02)
add_norm("output_norm.weight")
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
