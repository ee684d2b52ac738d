import apus_runtime  # a module of its own, so that its bytecode is cached

apus_runtime.main()
