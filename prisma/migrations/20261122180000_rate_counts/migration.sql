-- What somebody did in the minute under way, over all processes. Not logged: a crash of Postgres may forget a minute.
CREATE UNLOGGED TABLE "rate_count" (
    "key" TEXT NOT NULL,
    "hits" INTEGER NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rate_count_pkey" PRIMARY KEY ("key")
) WITH (fillfactor = 50);
