-- What a search reads of every row stays in the row, and as it is: an exact scan spent seven eighths of its time on
-- taking vectors out of their compression. A vector of up to 2,000 dimensions has room in a page; a longer one moves out.
ALTER TABLE "search_embedding" ALTER COLUMN "embedding" SET STORAGE EXTERNAL;
ALTER TABLE "search_embedding" SET (toast_tuple_target = 8160);
ALTER TABLE "search_terms" ALTER COLUMN "weights" SET STORAGE EXTERNAL;
ALTER TABLE "search_terms" SET (toast_tuple_target = 8160);
