CREATE TABLE "recipes" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "title" varchar(80) NOT NULL, "minutes" integer, CONSTRAINT "UQ_aebbaa1cd38e2e5996d58477535" UNIQUE ("title"));
CREATE TABLE "steps" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "text" text NOT NULL, "recipe_id" integer NOT NULL, CONSTRAINT "FK_e43a042b5e8f92fe17c60c4d599" FOREIGN KEY ("recipe_id") REFERENCES "recipes" ("id") ON DELETE CASCADE ON UPDATE NO ACTION);
CREATE TABLE "migrations" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "timestamp" bigint NOT NULL, "name" varchar NOT NULL);
INSERT INTO "migrations" ("timestamp", "name") VALUES (1660000000001, 'Recipes1660000000001');
INSERT INTO "migrations" ("timestamp", "name") VALUES (1660000000002, 'Steps1660000000002');
INSERT INTO "migrations" ("timestamp", "name") VALUES (1660000000003, 'Minutes1660000000003');
