#!/usr/bin/env python3
"""What a script that trains with TRL and peft takes before its first line of work: the imports."""
import peft
import trl
from peft import LoraConfig, get_peft_model  # noqa: F401: both packages load parts when asked for
from trl import SFTConfig, SFTTrainer  # noqa: F401

import common

common.tell(version=f"{trl.__version__}, {peft.__version__}")
