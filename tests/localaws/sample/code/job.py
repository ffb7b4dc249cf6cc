print("a Glue job")
