"""Small checkpoints of two-tower models with random weights, made by transformers itself.

Their towers have the architecture, the tokenizers' classes and the preprocessing of real ones, and
embed thousands of times faster. What they cannot do is understand anything.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from artlens_pipeline_tests.encoders.small_tokenizers import (
    bert,
    byte_pairs,
    gemma_pairs,
    pieces_model,
    xlm_roberta,
)

TOWER = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
}
CLIP_MEAN, CLIP_STD = (
    [0.48145466, 0.4578275, 0.40821073],
    [0.26862954, 0.26130258, 0.27577711],
)
CLIP_2021 = {
    "crop_size": 224,
    "do_center_crop": True,
    "do_normalize": True,
    "do_resize": True,
    "feature_extractor_type": "CLIPFeatureExtractor",
    "image_mean": CLIP_MEAN,
    "image_std": CLIP_STD,
    "resample": 3,
    "size": 224,
}
"""preprocessor_config.json as openai/clip-vit-base-patch32 has had it since 2021."""

Make = Callable[..., Path]


def write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content))


def edit_json(path: Path, **changes: object) -> None:
    write_json(path, {**json.loads(path.read_text()), **changes})


def clip(folder: Path, *, tokenizer: Path | None = None, seed: int = 0, **text: Any) -> Path:
    """CLIP with 24 dimensions; `tokenizer`: a folder with the real vocab.json and merges.txt."""
    from transformers import CLIPConfig, CLIPModel

    folder.mkdir(parents=True, exist_ok=True)
    names = ("vocab.json", "merges.txt")
    if tokenizer:
        for name in names:
            shutil.copyfile(tokenizer / name, folder / name)
    else:
        byte_pairs(folder)
    vocabulary = json.loads((folder / "vocab.json").read_text("utf-8"))
    ends = [vocabulary["<|startoftext|>"], vocabulary["<|endoftext|>"]]
    config = CLIPConfig(
        text_config={
            **TOWER, "vocab_size": len(vocabulary), "bos_token_id": ends[0],
            "eos_token_id": ends[1], "pad_token_id": ends[1], **text,
        },
        vision_config={**TOWER, "image_size": 224, "patch_size": 32},
        projection_dim=24,
    )  # fmt: skip
    save(CLIPModel, config, folder, seed)
    write_json(folder / "preprocessor_config.json", CLIP_2021)
    return folder


def siglip(folder: Path, *, seed: int = 0) -> Path:
    """SigLIP with 32 dimensions, squashing bilinearly to 96 pixels, with a spiece.model."""
    from transformers import SiglipConfig, SiglipModel
    from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil
    from transformers.models.siglip.tokenization_siglip import SiglipTokenizer

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = SiglipTokenizer(str(pieces_model(folder, pad_id=2, eos_id=1)))
    config = SiglipConfig(
        text_config={**TOWER, "vocab_size": tokenizer.vocab_size, "pad_token_id": 1},
        vision_config={**TOWER, "image_size": 96, "patch_size": 16},
    )
    save(SiglipModel, config, folder, seed)
    tokenizer.save_pretrained(folder)
    # As google/siglip-base-patch16-224 says: the text tower attends to the padding, too.
    edit_json(folder / "tokenizer_config.json", model_input_names=["input_ids"])
    SiglipImageProcessorPil(size={"height": 96, "width": 96}, resample=2).save_pretrained(folder)
    return folder


def siglip_with_gemma(folder: Path, *, seed: int = 0) -> Path:
    """As google/siglip2-base-patch16-224 is: SigLIP's model with Gemma's tokenizer."""
    from transformers import GemmaTokenizer, SiglipConfig, SiglipModel
    from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

    folder.mkdir(parents=True, exist_ok=True)
    vocabulary, merges = gemma_pairs()
    tokenizer = GemmaTokenizer(vocab=vocabulary, merges=merges, padding_side="right")
    config = SiglipConfig(
        text_config={**TOWER, "vocab_size": len(tokenizer), "projection_size": 40},
        vision_config={**TOWER, "hidden_size": 40, "image_size": 96, "patch_size": 16},
    )
    save(SiglipModel, config, folder, seed)
    tokenizer.save_pretrained(folder)
    SiglipImageProcessorPil(size={"height": 96, "width": 96}).save_pretrained(folder)
    return folder


def metaclip_2(folder: Path, *, seed: int = 0) -> Path:
    """MetaCLIP 2: CLIP's towers with XLM-RoBERTa's tokenizer, which is in tokenizer.json alone."""
    from transformers import MetaClip2Config, MetaClip2Model

    tokenizer = xlm_roberta(folder)
    config = MetaClip2Config(
        text_config={**TOWER, "vocab_size": len(tokenizer), "eos_token_id": 2},
        vision_config={**TOWER, "image_size": 64, "patch_size": 16},
        projection_dim=24,
    )
    save(MetaClip2Model, config, folder, seed)
    _clip_processor(folder, edge=64, crop=64)
    return folder


def altclip(folder: Path, *, seed: int = 0) -> Path:
    """AltCLIP: a RoBERTa for the texts, whose positions begin at 2."""
    from transformers import AltCLIPConfig, AltCLIPModel

    tokenizer = xlm_roberta(folder)
    text = {**TOWER, "vocab_size": len(tokenizer), "project_dim": 32, "max_position_embeddings": 40}
    config = AltCLIPConfig(
        text_config=text,
        vision_config={**TOWER, "image_size": 64, "patch_size": 16},
        projection_dim=24,
    )
    save(AltCLIPModel, config, folder, seed)
    _clip_processor(folder, edge=72, crop=64)
    return folder


def chinese_clip(folder: Path, *, seed: int = 0) -> Path:
    """Chinese-CLIP: a BERT for the texts, with its vocab.txt."""
    from transformers import ChineseCLIPConfig, ChineseCLIPModel

    size = bert(folder)
    config = ChineseCLIPConfig(
        text_config={**TOWER, "vocab_size": size, "max_position_embeddings": 52},
        vision_config={**TOWER, "image_size": 64, "patch_size": 16},
        projection_dim=24,
    )
    save(ChineseCLIPModel, config, folder, seed)
    _clip_processor(folder, edge=64, crop=64, kind="ChineseCLIPImageProcessor")
    return folder


def align(folder: Path, *, seed: int = 0) -> Path:
    """ALIGN: an EfficientNet, whose preprocessing has an offset, and a BERT."""
    from transformers import AlignConfig, AlignModel
    from transformers.models.efficientnet.image_processing_pil_efficientnet import (
        EfficientNetImageProcessorPil,
    )

    size = bert(folder)
    config = AlignConfig(
        text_config={**TOWER, "vocab_size": size, "max_position_embeddings": 80},
        vision_config={
            "image_size": 61, "width_coefficient": 0.2, "depth_coefficient": 0.2, "hidden_dim": 64,
        },
        projection_dim=64,
    )  # fmt: skip
    save(AlignModel, config, folder, seed)
    EfficientNetImageProcessorPil(
        size={"height": 80, "width": 80}, crop_size={"height": 61, "width": 61},
        do_center_crop=True, resample=2, rescale_factor=1 / 127.5, rescale_offset=True,
        include_top=False,
    ).save_pretrained(folder)  # fmt: skip
    return folder


KINDS: dict[str, Make] = {
    "clip": clip,
    "siglip": siglip,
    "siglip with gemma": siglip_with_gemma,
    "metaclip_2": metaclip_2,
    "altclip": altclip,
    "chinese_clip": chinese_clip,
    "align": align,
}


def save(model: Any, config: Any, folder: Path, seed: int) -> None:
    import torch

    from artlens_pipeline.encoders.checkpoint import quiet

    with torch.random.fork_rng(), quiet():
        torch.manual_seed(seed)
        made = model(config)
        # The usual start draws weights so small that every picture has nearly the same embedding.
        for parameter in made.parameters():
            if parameter.ndim > 1:
                torch.nn.init.normal_(parameter, std=parameter[0].numel() ** -0.5)
        made.save_pretrained(folder)


def _clip_processor(
    folder: Path, *, edge: int, crop: int, kind: str = "CLIPImageProcessor"
) -> None:
    settings = {**CLIP_2021, "size": {"shortest_edge": edge}, "crop_size": crop}
    del settings["feature_extractor_type"]
    write_json(folder / "preprocessor_config.json", {**settings, "image_processor_type": kind})
