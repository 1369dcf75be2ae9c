"""What users of the Python clients do, done against a running server: one JSON line a client.

Arguments: the server's base URL, the model. The key is in OPENAI_API_KEY.
"""

import asyncio
import importlib.metadata
import json
import sys

base_url, model = sys.argv[1:3]
messages = [{"role": "user", "content": "What is the capital of France?"}]


def expect(what, holds):
    if not holds:
        raise AssertionError(what)


def openai_client():
    import openai

    client = openai.OpenAI(base_url=base_url, max_retries=0)
    expect("models.list", any(entry.id == model for entry in client.models.list()))
    chat = client.chat.completions.create(model=model, messages=messages, temperature=0, seed=1)
    expect("chat", "Paris" in chat.choices[0].message.content)
    stream = client.chat.completions.create(
        model=model, messages=messages, temperature=0, stream=True, stream_options={"include_usage": True}
    )
    parts = list(stream)
    text = "".join(part.choices[0].delta.content or "" for part in parts if part.choices)
    expect("stream", text == chat.choices[0].message.content)
    expect("usage", parts[-1].usage.completion_tokens == chat.usage.completion_tokens)
    two = client.chat.completions.create(model=model, messages=messages, n=2, logprobs=True, top_logprobs=3)
    expect("n and logprobs", len(two.choices) == 2 and len(two.choices[1].logprobs.content[0].top_logprobs) == 3)
    batch = client.completions.create(model=model, prompt=["Hello", "The"], max_tokens=2, echo=True, logprobs=0)
    expect("batched prompts", [choice.text[:3] for choice in batch.choices] == ["Hel", "The"])
    for kind, body in [
        (openai.NotFoundError, {"model": "none", "messages": messages}),
        (openai.BadRequestError, {"model": model, "messages": []}),
    ]:
        try:
            client.chat.completions.create(**body)
            raise AssertionError(kind.__name__)
        except kind:
            pass
    try:
        openai.OpenAI(base_url=base_url, api_key="wrong", max_retries=0).models.list()
        raise AssertionError("AuthenticationError")
    except openai.AuthenticationError:
        pass

    async def many():
        async with openai.AsyncOpenAI(base_url=base_url, max_retries=0) as shared:
            return await asyncio.gather(
                *(
                    shared.chat.completions.create(model=model, messages=messages, temperature=0, max_tokens=20)
                    for _ in range(16)
                )
            )

    expect("16 at once", {answer.choices[0].message.content for answer in asyncio.run(many())} == {text})
    return "models, chat, stream, n, logprobs, batched prompts, three kinds of error, 16 at once"


def langchain_openai():
    from langchain_openai import ChatOpenAI

    chat = ChatOpenAI(model=model, base_url=base_url, temperature=0, max_retries=0)
    answer = chat.invoke("What is the capital of France?").content
    expect("invoke", "Paris" in answer)
    expect("stream", "".join(part.content for part in chat.stream("What is the capital of France?")) == answer)
    expect("batch", len(chat.batch(["Hello", "What is your name?"])) == 2)
    return "invoke, stream, batch"


for name, use in [("openai", openai_client), ("langchain-openai", langchain_openai)]:
    try:
        outcome = {"ok": True, "did": use()}
    except Exception as error:  # noqa: BLE001 - whatever fails is the finding
        outcome = {"ok": False, "did": f"{type(error).__name__}: {error}"[:300]}
    print(json.dumps({"client": f"{name} {importlib.metadata.version(name)} (Python)", **outcome}), flush=True)
