-- What happened before there were notifications is not told of now.
INSERT INTO "consumer_checkpoints" ("consumer", "user_id", "offset")
SELECT 'notifications', "user_id", "offset" FROM "stream_heads"
ON CONFLICT DO NOTHING;
