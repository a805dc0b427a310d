-- What of a client's `_meta` goes to the server beside the arguments, as JSON text.
ALTER TABLE "approval" ADD COLUMN "meta" TEXT;
