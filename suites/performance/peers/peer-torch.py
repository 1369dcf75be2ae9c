"""PyTorch's transformers.generate, as peers.bench.ts runs it: float32, the same lines as contender.ts.

    python peer-torch.py '{"model": "F32.gguf", "threads": 1}'
"""
import json
import os
import resource
import sys
import time

import torch
from transformers import AutoModelForCausalLM, DynamicCache

told = json.loads(sys.argv[1])
began = time.perf_counter()
torch.set_num_threads(told['threads'])
folder, name = os.path.split(os.path.abspath(told['model']))
place = dict(gguf_file=name) if name.endswith('.gguf') else {}
model = AutoModelForCausalLM.from_pretrained(folder if place else told['model'], dtype=torch.float32, **place).eval()
model.generation_config.eos_token_id = None


def ids(length, seed=0):
    return [300 + ((i + 31 * seed) * 7919) % 40_000 for i in range(length)]


def cost(work):
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return dict(cpuMs=(time.process_time() - cpu) * 1e3, wallMs=(time.perf_counter() - wall) * 1e3)


def draw(logits, sampling):
    best, places = (logits / sampling['temperature']).topk(sampling['topK'])
    shares = best.softmax(-1)
    shares[shares.cumsum(-1) - shares >= sampling['topP']] = 0
    return places[shares.multinomial(1)]


def decode(context, steps, sampling=None):
    choose = (lambda logits: draw(logits, sampling)) if sampling else torch.argmax
    cache = DynamicCache()
    model(torch.tensor([ids(context)]), past_key_values=cache, logits_to_keep=1)
    token = [ids(1)]

    def step():
        for _ in range(steps):
            token[0] = choose(model(torch.tensor(token[0]).view(1, 1), past_key_values=cache).logits[0, -1])

    return cost(step)


def answer(prompts, tokens, together):
    lists = [ids(20 + index * 13 % 45, index + 1) for index in range(prompts)]
    for first in range(0, prompts, together):
        batch = lists[first:first + together]
        width = max(map(len, batch))
        padded = torch.tensor([[0] * (width - len(row)) + row for row in batch])
        mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in batch])
        model.generate(padded, attention_mask=mask, max_new_tokens=tokens, do_sample=False, pad_token_id=0)


def peak():
    return dict(peakBytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


with torch.no_grad():
    decode(16, 1)
    print(json.dumps(dict(cpuMs=time.process_time() * 1e3, wallMs=(time.perf_counter() - began) * 1e3, **peak())), flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        if task['kind'] == 'prefill':
            read = torch.tensor([ids(task['tokens'])])
            spent = cost(lambda: model(read, logits_to_keep=1))
        elif task['kind'] == 'decode':
            spent = decode(task['context'], task['steps'], task['sampling'])
        else:
            spent = cost(lambda: answer(task['prompts'], task['tokens'], task['together']))
        print(json.dumps(spent), flush=True)
    print(json.dumps(peak()), flush=True)
