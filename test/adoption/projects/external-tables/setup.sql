CREATE TABLE "legacy_users" ("user_no" integer PRIMARY KEY NOT NULL, "login" varchar(30) NOT NULL);
INSERT INTO "legacy_users" VALUES (7, 'ada');
