"""Small checkpoints of models that write of pictures, with random weights, made by transformers.

Each has the architecture, the tokenizer's class and the processor of a real one. What they write
is gibberish, but the same for the same picture.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from artlens_pipeline_tests.encoders.checkpoints import TOWER, save
from artlens_pipeline_tests.encoders.small_tokenizers import CORPUS, bert

SIDE = 32
VISION = {**TOWER, "image_size": SIDE, "patch_size": 16}
SQUARE = {"height": SIDE, "width": SIDE}
TEMPLATE = (
    "{% for message in messages %}{{ message['role'] }}: {% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<image>{% else %}{{ part['text'] }}{% endif %}{% endfor %}"
    "<end>{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}"
)


def blip(folder: Path, seed: int = 0) -> Path:
    """As Salesforce/blip-image-captioning-base."""
    from transformers import BertTokenizer, BlipConfig, BlipForConditionalGeneration, BlipProcessor
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

    size = bert(folder)
    tokenizer = BertTokenizer.from_pretrained(folder)
    text = {
        **TOWER, "vocab_size": size, "encoder_hidden_size": 32, "max_position_embeddings": 64,
        "bos_token_id": tokenizer.cls_token_id, "eos_token_id": tokenizer.sep_token_id,
        "sep_token_id": tokenizer.sep_token_id, "pad_token_id": tokenizer.pad_token_id,
    }  # fmt: skip
    config = BlipConfig(text_config=text, vision_config=VISION, projection_dim=16)
    save(BlipForConditionalGeneration, config, folder, seed)
    BlipProcessor(BlipImageProcessorPil(size=SQUARE), tokenizer).save_pretrained(folder)
    return folder


def git(folder: Path, seed: int = 0) -> Path:
    """As microsoft/git-base-coco."""
    from transformers import BertTokenizer, GitConfig, GitForCausalLM, GitProcessor

    size = bert(folder)
    tokenizer = BertTokenizer.from_pretrained(folder)
    config = GitConfig(
        **TOWER, vision_config=VISION, vocab_size=size, max_position_embeddings=64,
        bos_token_id=tokenizer.cls_token_id, eos_token_id=tokenizer.sep_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    save(GitForCausalLM, config, folder, seed)
    GitProcessor(_clip_processor(), tokenizer).save_pretrained(folder)
    return folder


def vit_gpt2(folder: Path, seed: int = 0) -> Path:
    """As nlpconnect/vit-gpt2-image-captioning: no processor joins its two halves."""
    from transformers import GPT2Config, ViTConfig
    from transformers import VisionEncoderDecoderConfig as Config
    from transformers import VisionEncoderDecoderModel as Model
    from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _byte_pairs(("<|endoftext|>",), bos="<|endoftext|>", eos="<|endoftext|>")
    end = tokenizer.eos_token_id
    decoder = GPT2Config(
        n_embd=32, n_layer=2, n_head=2, n_positions=64, vocab_size=len(tokenizer),
        add_cross_attention=True, is_decoder=True, bos_token_id=end, eos_token_id=end,
    )  # fmt: skip
    config = Config.from_encoder_decoder_configs(ViTConfig(**VISION), decoder)
    config.decoder_start_token_id = config.pad_token_id = config.eos_token_id = end
    save(Model, config, folder, seed)
    tokenizer.save_pretrained(folder)
    ViTImageProcessorPil(size=SQUARE).save_pretrained(folder)
    return folder


def blip_2(folder: Path, seed: int = 0) -> Path:
    """As Salesforce/blip2-opt-2.7b."""
    from transformers import Blip2Config, Blip2ForConditionalGeneration, Blip2Processor
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

    tokenizer = _byte_pairs(("<pad>", "<s>", "</s>", "<image>"))
    text = {
        "model_type": "opt", "hidden_size": 32, "word_embed_proj_dim": 32, "ffn_dim": 64,
        "num_hidden_layers": 2, "num_attention_heads": 2, "max_position_embeddings": 128,
        "vocab_size": len(tokenizer), "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2,
    }  # fmt: skip
    config = Blip2Config(
        vision_config=VISION, qformer_config={**TOWER, "encoder_hidden_size": 32},
        text_config=text, num_query_tokens=4, image_token_index=3,
    )  # fmt: skip
    save(Blip2ForConditionalGeneration, config, folder, seed)
    pictures = BlipImageProcessorPil(size=SQUARE)
    Blip2Processor(pictures, tokenizer, num_query_tokens=4).save_pretrained(folder)
    return folder


def llava(folder: Path, seed: int = 0) -> Path:
    """As llava-hf/llava-1.5-7b-hf: a model that chats, by a template of its processor."""
    from transformers import LlavaConfig, LlavaForConditionalGeneration, LlavaProcessor

    tokenizer = _byte_pairs(("<pad>", "<s>", "</s>", "<image>", "<end>"))
    vision = {**VISION, "model_type": "clip_vision_model"}
    config = LlavaConfig(vision_config=vision, text_config=_llama(tokenizer), image_token_index=3)
    save(LlavaForConditionalGeneration, config, folder, seed)
    LlavaProcessor(
        _clip_processor(), tokenizer, patch_size=16, num_additional_image_tokens=1,
        vision_feature_select_strategy="default", chat_template=TEMPLATE,
    ).save_pretrained(folder)  # fmt: skip
    return folder


def idefics_3(folder: Path, seed: int = 0) -> Path:
    """As HuggingFaceM4/Idefics3-8B-Llama3 (SmolVLM's architecture): a picture is cut into tiles."""
    from transformers import Idefics3Config, Idefics3ForConditionalGeneration, Idefics3Processor
    from transformers.models.idefics3.image_processing_pil_idefics3 import Idefics3ImageProcessorPil

    around, whole, end = "<fake_token_around_image>", "<global-img>", "<end_of_utterance>"
    tokenizer = _byte_pairs(("<pad>", "<s>", "</s>", "<image>", "<end>", around, whole, end))
    vision = {**VISION, "patch_size": 8}
    config = Idefics3Config(
        vision_config=vision, text_config=_llama(tokenizer), scale_factor=2, image_token_id=3
    )
    save(Idefics3ForConditionalGeneration, config, folder, seed)
    pictures = Idefics3ImageProcessorPil(
        size={"longest_edge": 2 * SIDE}, max_image_size={"longest_edge": SIDE}
    )
    Idefics3Processor(pictures, tokenizer, image_seq_len=4, chat_template=TEMPLATE).save_pretrained(
        folder
    )
    return folder


KINDS: dict[str, Callable[[Path], Path]] = {
    "blip": blip,
    "git": git,
    "vit-gpt2": vit_gpt2,
    "blip-2": blip_2,
    "llava": llava,
    "idefics3": idefics_3,
}


def _llama(tokenizer: Any) -> dict[str, Any]:
    return {
        **TOWER, "model_type": "llama", "num_key_value_heads": 2, "vocab_size": len(tokenizer),
        "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2,
    }  # fmt: skip


def _clip_processor() -> Any:
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    return CLIPImageProcessorPil(size={"shortest_edge": SIDE}, crop_size=SQUARE)


def _byte_pairs(special: tuple[str, ...], bos: str = "<s>", eos: str = "</s>") -> Any:
    """A tokenizer on bytes, as GPT-2's; learned from `CORPUS`, the special tokens first."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=list(special), show_progress=False,
    )  # fmt: skip
    tokenizer.train_from_iterator(CORPUS, trainer)
    padding = {"pad_token": "<pad>"} if "<pad>" in special else {}
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=bos, eos_token=eos, **padding
    )
