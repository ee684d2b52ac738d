import sys

import apus_runtime  # a module of its own, so that its bytecode is cached

if "--snapshot" in sys.argv:
    import apus_snapshot

    apus_snapshot.main()
else:
    apus_runtime.main()
