"""Tokenizers of the small checkpoints, of the real ones' classes, learned from a few lines."""

import json
from pathlib import Path
from typing import Any

CORPUS = [
    "a painting of a cat on a red chair", "starry night over the river", "portrait of a lady",
    "pastel trees in spring", "the quick brown fox jumps over the lazy dog 0123456789",
    "still life with apples, oil on canvas!", "富嶽三十六景 神奈川沖浪裏", "портрет дамы",
]  # fmt: skip


def byte_pairs(folder: Path) -> None:
    """A vocab.json and merges.txt in the manner of CLIP's, learned from `CORPUS`."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=700, initial_alphabet=alphabet, end_of_word_suffix="</w>", show_progress=False
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    content = json.loads(tokenizer.to_str())["model"]
    tokens = [*content["vocab"], *(f"{byte}</w>" for byte in alphabet)]
    tokens = list(dict.fromkeys([*tokens, "<|startoftext|>", "<|endoftext|>"]))
    vocabulary = {token: i for i, token in enumerate(tokens)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    lines = ["#version: 0.2", *(" ".join(pair) for pair in content["merges"])]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", "utf-8")


def gemma_pairs() -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Vocabulary and merges in the manner of Gemma's."""
    from tokenizers import Tokenizer, models, normalizers, trainers

    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    pieces = [*special, *(f"<0x{byte:02X}>" for byte in range(256))]
    trainer = trainers.BpeTrainer(vocab_size=800, special_tokens=pieces, show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    content = json.loads(tokenizer.to_str())["model"]
    return content["vocab"], [tuple(pair) for pair in content["merges"]]


def pieces_model(folder: Path, **ids: int) -> Path:
    """A spiece.model learned from `CORPUS`."""
    import io

    import sentencepiece

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS * 20), model_writer=model, vocab_size=200,
        hard_vocab_limit=False, unk_id=0, bos_id=-1, minloglevel=2, num_threads=1, **ids,
    )  # fmt: skip
    path = folder / "spiece.model"
    path.write_bytes(model.getvalue())
    return path


def xlm_roberta(folder: Path) -> Any:
    """A tokenizer.json that knows the words and characters of `CORPUS`; the tokenizer."""
    from transformers import XLMRobertaTokenizer

    folder.mkdir(parents=True, exist_ok=True)
    characters = sorted({char for line in CORPUS for char in line} - {" "})
    words = sorted({f"▁{word}" for line in CORPUS for word in line.split()} | {"▁"})
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    vocabulary = [(token, 0.0) for token in special]
    vocabulary += [(word, -5.0) for word in words] + [(char, -9.0) for char in characters]
    tokenizer = XLMRobertaTokenizer(vocab=[*vocabulary, ("<mask>", 0.0)])
    tokenizer.save_pretrained(folder)
    return tokenizer


def bert(folder: Path) -> int:
    """A vocab.txt alone; the number of its lines."""
    folder.mkdir(parents=True, exist_ok=True)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    characters = sorted({char for line in CORPUS for char in line.lower()} - {" "})
    words = sorted({word for line in CORPUS for word in line.lower().split() if word.isalnum()})
    pieces = dict.fromkeys([*special, *characters, *(f"##{char}" for char in characters), *words])
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", "utf-8")
    return len(pieces)
