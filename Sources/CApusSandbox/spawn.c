#include "apus_sandbox.h"
