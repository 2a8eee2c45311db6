"""The tokenizer of artlens-mini: lower-case subwords without accents.

Belongs here: training it. A byte-pair encoding (Sennrich et al. 2016, arXiv:1508.07909) by the
`tokenizers` library; characters that captions never hold become one [UNK], so no text can fail.
"""

import string
from collections.abc import Iterable

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from tokenizers.trainers import BpeTrainer

PAD, UNKNOWN, START, END = SPECIAL = ("[PAD]", "[UNK]", "[START]", "[END]")
WORD_START = "▁"
"""A mark of its own, not a suffix: with a suffix the trainer numbers tokens by chance."""
MAX_VOCABULARY = 8000


def train_tokenizer(texts: Iterable[str], vocab_size: int, max_tokens: int) -> Tokenizer:
    """Raises ValueError above `MAX_VOCABULARY`; ids 0 to 3 are `SPECIAL`."""
    if vocab_size > MAX_VOCABULARY:
        raise ValueError(f"at most {MAX_VOCABULARY} tokens, not {vocab_size}")
    tokenizer = _untrained()
    trainer = BpeTrainer(
        vocab_size=vocab_size,
        min_frequency=2,
        special_tokens=list(SPECIAL),
        initial_alphabet=[WORD_START, *string.ascii_lowercase],
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{START} $A {END}", special_tokens=[(START, 2), (END, 3)]
    )
    tokenizer.enable_truncation(max_tokens)
    tokenizer.enable_padding(pad_id=0, pad_token=PAD)
    return tokenizer


def _untrained() -> Tokenizer:
    """Lower case, no accents; punctuation separates words and says nothing by itself."""
    tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN, fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Punctuation("removed"),
            pre_tokenizers.Metaspace(WORD_START, prepend_scheme="always"),
        ]
    )
    tokenizer.decoder = decoders.Metaspace(WORD_START, prepend_scheme="always")
    return tokenizer
