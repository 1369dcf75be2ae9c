"""Scores items with lm-evaluation-harness and PyTorch: the other side of suites/checks/lm-eval.ts.

python lm-eval.py MODEL_FOLDER ITEMS_FOLDER

ITEMS_FOLDER holds <task>.jsonl with raw rows of the set; lm-eval builds its prompts itself, from the templates of its own
task files. Prints one JSON object: versions, and for each task the scores of every item in the order of the file.
"""

import json
import logging
import os
import pathlib
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import lm_eval  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
import yaml  # noqa: E402
from lm_eval.tasks import TaskManager  # noqa: E402
from lm_eval.models.huggingface import HFLM  # noqa: E402

logging.disable(logging.WARNING)
model_folder, items_folder = sys.argv[1], pathlib.Path(sys.argv[2])
package = pathlib.Path(lm_eval.__file__).parent / "tasks"


class Loader(yaml.SafeLoader):
    """Reads lm-eval's own task files; functions stay as their names."""


Loader.add_constructor("!function", lambda loader, node: loader.construct_scalar(node))


def published(path):
    """A task file of lm-eval, without where its data lie."""
    fields = yaml.load((package / path).read_text(), Loader)
    for name in ["tag", "dataset_path", "dataset_name", "training_split", "validation_split", "test_split", "fewshot_split"]:
        fields.pop(name, None)
    return fields


def local(task, fields):
    file = str(items_folder / f"{task}.jsonl")
    return {**fields, "task": f"local_{task}", "dataset_path": "json", "test_split": "test", "num_fewshot": 0,
            "dataset_kwargs": {"data_files": {"test": file}}}


mc1 = published("truthfulqa/truthfulqa_mc1.yaml")
mc2 = {**mc1, **published("truthfulqa/truthfulqa_mc2.yaml")}
mc2.pop("include")
sys.path.insert(0, str(package / "truthfulqa"))
from lm_eval.tasks.truthfulqa import utils as truthfulqa_utils  # noqa: E402

mc2["process_results"] = truthfulqa_utils.process_results_mc2
winobias = {
    "output_type": "multiple_choice",
    "doc_to_text": "{{before}}",
    "doc_to_choice": "{{[stereotype, antiStereotype]}}",
    "doc_to_target": 0,
    "target_delimiter": "",
    "metric_list": [{"metric": "acc"}],
}
TASKS = {
    "truthfulqa-mc1": mc1,
    "truthfulqa-mc2": mc2,
    "gsm8k": published("gsm8k/gsm8k.yaml"),
    "winobias": winobias,
}

wanted = [task for task in TASKS if (items_folder / f"{task}.jsonl").exists()]
model = HFLM(pretrained=model_folder, device="cpu", dtype="float32", batch_size=16)
configs = [local(task, TASKS[task]) for task in wanted]
results = lm_eval.simple_evaluate(model=model, tasks=configs, log_samples=True, bootstrap_iters=0, task_manager=TaskManager(),
                                  verbosity="ERROR")


def scores(task, samples):
    out = {}
    for sample in samples:
        row = out.setdefault(sample["doc_id"], {})
        answers = sample["filtered_resps"]
        if task == "gsm8k":
            row["strict" if sample["filter"] == "strict-match" else "flexible"] = sample["exact_match"]
            row["text"] = sample["resps"][0][0]
            row["prompt"] = sample["arguments"][0][0]
        else:
            row["score"] = float(sample["acc"])
            row["logLikelihoods"] = [answer[0] for answer in answers]
            row["prompt"] = sample["arguments"][0][0]
    return [out[key] for key in sorted(out)]


print(json.dumps({
    "versions": {"lm_eval": lm_eval.__version__ if hasattr(lm_eval, "__version__") else "0.4.13",
                 "torch": torch.__version__, "transformers": transformers.__version__},
    "tasks": {task: scores(task, results["samples"][f"local_{task}"]) for task in wanted},
}))
