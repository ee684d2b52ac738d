resource "aws_sqs_queue" "dead" {
  name                      = "tf-dead"
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue" "work" {
  name                       = "tf-work"
  delay_seconds              = 0
  max_message_size           = var.generation == 1 ? 2048 : 262144
  message_retention_seconds  = 86400
  receive_wait_time_seconds  = 10
  visibility_timeout_seconds = var.generation * 60
  sqs_managed_sse_enabled    = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Generation${var.generation}"
      Effect    = "Allow"
      Principal = { AWS = data.aws_caller_identity.this.account_id }
      Action    = "sqs:SendMessage"
      Resource  = "arn:aws:sqs:us-east-1:${data.aws_caller_identity.this.account_id}:tf-work"
    }]
  })
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 3 + var.generation
  })
  tags = { team = "queues", generation = tostring(var.generation) }
}

resource "aws_sqs_queue" "ordered_dead" {
  name       = "tf-ordered-dead.fifo"
  fifo_queue = true
}

resource "aws_sqs_queue" "ordered" {
  name                        = "tf-ordered.fifo"
  fifo_queue                  = true
  content_based_deduplication = var.generation == 1
  deduplication_scope         = "messageGroup"
  fifo_throughput_limit       = "perMessageGroupId"
}

# The same by resources of their own.
resource "aws_sqs_queue" "apart" {
  name_prefix = "tf-apart-"
}

resource "aws_sqs_queue_policy" "apart" {
  queue_url = aws_sqs_queue.apart.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "sns.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.apart.arn
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.this.account_id } }
    }]
  })
}

resource "aws_sqs_queue_redrive_policy" "ordered" {
  queue_url = aws_sqs_queue.ordered.url
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.ordered_dead.arn
    maxReceiveCount     = 2
  })
}

resource "aws_sqs_queue_redrive_allow_policy" "ordered_dead" {
  queue_url = aws_sqs_queue.ordered_dead.url
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.ordered.arn]
  })
}
