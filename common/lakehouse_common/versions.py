"""The versions of what the project runs on, all of AWS Glue 5.1 (docs.aws.amazon.com/glue, "AWS Glue versions").

Standard library only and one plain assignment a line: the Makefile reads this file as text. What can't read it states
the versions again and is held to it by tests/test_versions.py: pyproject.toml, Terraform, the workflows of CI.
"""

GLUE = "5.1"
EMR = "7.12.0"
PYTHON = "3.11"
JAVA = 17
SPARK = "3.5.6"
SCALA = "2.12"
ICEBERG = "1.10.0"
HADOOP = "3.3.4"
ICEBERG_RUNTIME = f"org.apache.iceberg:iceberg-spark-runtime-{SPARK[:3]}_{SCALA}:{ICEBERG}"
