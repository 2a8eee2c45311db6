"""CLIP ViT-B/32 with random weights: the real one's speed, without a download."""

import json
import shutil
from pathlib import Path

TOKENIZER = Path(__file__).parents[2] / "shared" / "data" / "clip_tokenizer"
PROCESSOR = {
    "crop_size": 224,
    "do_center_crop": True,
    "do_normalize": True,
    "do_resize": True,
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_processor_type": "CLIPImageProcessor",
    "image_std": [0.26862954, 0.26130258, 0.27577711],
    "resample": 3,
    "size": 224,
}
"""As openai/clip-vit-base-patch32 has it."""


def vit_b_32(folder: Path, seed: int = 51) -> Path:
    """Write the checkpoint into a new folder."""
    import torch
    from transformers import CLIPConfig, CLIPModel

    folder.mkdir(parents=True)
    for name in ("vocab.json", "merges.txt"):
        shutil.copyfile(TOKENIZER / name, folder / name)
    (folder / "preprocessor_config.json").write_text(json.dumps(PROCESSOR))
    torch.manual_seed(seed)
    model = CLIPModel(CLIPConfig(projection_dim=512))
    # The usual start draws weights so small that every picture has nearly the same embedding.
    for parameter in model.parameters():
        if parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=parameter[0].numel() ** -0.5)
    model.save_pretrained(folder)
    return folder
