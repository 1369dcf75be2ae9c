"""The references' side of metrics-fuzz.ts: a case a line on standard input, an object of numbers a line on standard output."""

import json
import logging
import sys
import warnings
from pathlib import Path

from rapidfuzz.distance import Levenshtein
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics import BLEU, CHRF, TER
from transformers.data.metrics.squad_metrics import compute_exact, compute_f1

sys.path.append(str(Path(__file__).parents[2] / "fixtures/golden/metrics"))
from textstat_scores import READABILITY

logging.disable(logging.WARNING)
warnings.simplefilter("ignore")

scorers = {}


def cached(key, make):
    if key not in scorers:
        scorers[key] = make()
    return scorers[key]


def segments(scorer, case):
    hypotheses = [h for h, _ in case["segments"]]
    references = [r for _, r in case["segments"]]
    if case["corpus"]:
        return {"score": scorer.corpus_score(hypotheses, [list(each) for each in zip(*references)]).score}
    return {"score": scorer.sentence_score(hypotheses[0], references[0]).score}


def bleu(case):
    o = case["options"]

    def make():
        return BLEU(
            tokenize=o.get("tokenize", "13a"),
            smooth_method=o.get("smooth", "exp"),
            smooth_value=o.get("smoothValue"),
            effective_order=o.get("effectiveOrder", not case["corpus"]),
            lowercase=o.get("lowercase", False),
            max_ngram_order=o.get("maxOrder", 4),
        )

    return segments(cached(("bleu", case["corpus"], json.dumps(o, sort_keys=True)), make), case)


def chrf(case):
    o = case["options"]

    def make():
        return CHRF(
            char_order=o.get("charOrder", 6),
            word_order=o.get("wordOrder", 0),
            beta=o.get("beta", 2),
            lowercase=o.get("lowercase", False),
            whitespace=o.get("whitespace", False),
            eps_smoothing=o.get("epsSmoothing", False),
        )

    return segments(cached(("chrf", json.dumps(o, sort_keys=True)), make), case)


def ter(case):
    o = case["options"]

    def make():
        return TER(
            normalized=o.get("normalized", False),
            no_punct=o.get("noPunct", False),
            asian_support=o.get("asianSupport", False),
            case_sensitive=o.get("caseSensitive", False),
        )

    return segments(cached(("ter", json.dumps(o, sort_keys=True)), make), case)


ROUGE = ["rouge1", "rouge2", "rougeL", "rougeLsum"]


def rouge(case):
    stem = case["options"]["stem"]
    scorer = cached(("rouge", stem), lambda: RougeScorer(ROUGE, use_stemmer=stem))
    scores = scorer.score_multi(case["references"], case["hypothesis"])
    parts = {}
    for kind in ROUGE:
        parts[f"{kind}.precision"] = float(scores[kind].precision)
        parts[f"{kind}.recall"] = float(scores[kind].recall)
        parts[kind] = float(scores[kind].fmeasure)
    return parts


def answers(case):
    return {
        "exactMatch": max(compute_exact(each, case["hypothesis"]) for each in case["references"]),
        "tokenF1": float(max(compute_f1(each, case["hypothesis"]) for each in case["references"])),
    }


def edit(case):
    return {"similarity": max(Levenshtein.normalized_similarity(case["hypothesis"], each) for each in case["references"])}


def readability(case):
    return {name: float(score(case["hypothesis"])) for name, score in READABILITY.items()}


kinds = {"BLEU": bleu, "chrF": chrf, "TER": ter, "ROUGE": rouge, "SQuAD": answers, "edit similarity": edit, "readability": readability}

for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps(kinds[case["kind"].split(",")[0]](case)), flush=False)
