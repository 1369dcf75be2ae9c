"""One job of training-speed.ts in PyTorch: steps of a bare loop over transformers' model, with PEFT where it adapts.

    training-speed.py JOB.json   prints {"seconds": [per step], "peakBytes": n}
"""

import json
import resource
import sys
import time

import torch

job = json.load(open(sys.argv[1]))
torch.set_num_threads(job["threads"])
torch.manual_seed(0)

from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM  # noqa: E402

if job["init"]:
    model = LlamaForCausalLM(LlamaConfig(**job["init"], tie_word_embeddings=True))
else:
    model = AutoModelForCausalLM.from_pretrained(job["model"], dtype=torch.float32)
if job["lora"]:
    from peft import LoraConfig, get_peft_model

    lora = job["lora"]
    model = get_peft_model(
        model, LoraConfig(r=lora["r"], lora_alpha=lora["lora_alpha"], target_modules=lora["target_modules"])
    )
model.config.use_cache = False
model.train()
trained = [p for p in model.parameters() if p.requires_grad]
optimizer = torch.optim.AdamW(trained, lr=1e-4, weight_decay=0.01)

seconds = []
for _ in range(job["steps"]):
    ids = torch.randint(5, model.config.vocab_size, (job["rows"], job["length"]))
    start = time.perf_counter()
    loss = model(input_ids=ids, labels=ids).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(trained, 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    loss.item()
    seconds.append(time.perf_counter() - start)

peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "peakBytes": peak}))
