/* SPDX-License-Identifier: Apache-2.0 */
#include "emulator/sandbox/terms.h"

LAMB_ENUM_TEXT_FN(sandbox_step_text, sandbox_step, SANDBOX_STEPS, STEP_N)
LAMB_ENUM_TEXT_FN(memory_means_text, memory_means, MEMORY_MEANS, MEMORY_MEANS_N)
LAMB_ENUM_TEXT_FN(processes_means_text, processes_means, PROCESSES_MEANS,
                  PROCESSES_MEANS_N)
LAMB_ENUM_TEXT_FN(kill_means_text, kill_means, KILL_MEANS, KILL_MEANS_N)
LAMB_ENUM_TEXT_FN(tmp_means_text, tmp_means, TMP_MEANS, TMP_MEANS_N)
LAMB_ENUM_TEXT_FN(cpu_means_text, cpu_means, CPU_MEANS, CPU_MEANS_N)
LAMB_ENUM_TEXT_FN(outbound_means_text, outbound_means, OUTBOUND_MEANS, OUTBOUND_MEANS_N)
LAMB_ENUM_TEXT_FN(freeze_means_text, freeze_means, FREEZE_MEANS, FREEZE_MEANS_N)
