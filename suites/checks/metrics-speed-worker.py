"""One job of metrics-speed.ts, on the references' side: `metrics-speed-worker.py JOB FILE [BATCHES]`.

The same as metrics-speed-worker.ts, line by line, so that the two may be compared. Each job imports only what it needs.
"""

import json
import sys
import time


def sacrebleu():
    from sacrebleu.metrics import BLEU, CHRF, TER

    return BLEU, CHRF, TER


def each(score):
    return lambda segments: sum([score(s["hypothesis"], s["reference"]) for s in segments])


def bleu_corpus():
    bleu = sacrebleu()[0]()
    return lambda segments: bleu.corpus_score([s["hypothesis"] for s in segments], [[s["reference"] for s in segments]]).score


def bleu_sentence():
    bleu = sacrebleu()[0](effective_order=True)
    return each(lambda hypothesis, reference: bleu.sentence_score(hypothesis, [reference]).score)


def chrf(word_order):
    chrf = sacrebleu()[1](word_order=word_order)
    return each(lambda hypothesis, reference: chrf.sentence_score(hypothesis, [reference]).score)


def ter():
    ter = sacrebleu()[2]()
    return each(lambda hypothesis, reference: ter.sentence_score(hypothesis, [reference]).score)


def rouge(stem):
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=stem)
    return each(lambda hypothesis, reference: sum(score.fmeasure for score in scorer.score(reference, hypothesis).values()))


FLESCH = ["flesch_reading_ease", "flesch_kincaid_grade"]
TWELVE = FLESCH + [
    "gunning_fog",
    "smog_index",
    "coleman_liau_index",
    "automated_readability_index",
    "dale_chall_readability_score",
    "linsear_write_formula",
    "lix",
    "rix",
    "syllable_count",
    "sentence_count",
]


def readability(names):
    import textstat

    functions = [getattr(textstat, name) for name in names]
    return lambda segments: sum([sum([function(s["text"]) for function in functions]) for s in segments])


JOBS = {
    "bleu-corpus": bleu_corpus,
    "bleu-sentence": bleu_sentence,
    "chrf": lambda: chrf(0),
    "chrf++": lambda: chrf(2),
    "ter": ter,
    "rouge": lambda: rouge(False),
    "rouge-stem": lambda: rouge(True),
    "flesch": lambda: readability(FLESCH),
    "readability": lambda: readability(TWELVE),
}

name, file = sys.argv[1:3]
batches = int(sys.argv[3]) if len(sys.argv) > 3 else 0
job = JOBS[name]()
with open(file, encoding="utf-8") as lines:
    segments = [json.loads(line) for line in lines]

seconds = []
checksum = 0
if batches == 0:
    checksum = job(segments)
    seconds.append(time.process_time())
else:
    size = len(segments) // batches
    for batch in range(batches):
        part = segments[batch * size : (batch + 1) * size]
        before = time.process_time()
        checksum += job(part)
        if batch > 1:
            seconds.append(time.process_time() - before)
print(json.dumps({"seconds": seconds, "checksum": checksum}))
