CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
CREATE TABLE "depots" ("id" SERIAL NOT NULL, "city" character varying NOT NULL, "opened" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "PK_d2b12c598f7da47275e8fb7c9fd" PRIMARY KEY ("id"));
CREATE TYPE "public"."parcels_state_enum" AS ENUM('packed', 'sent');
CREATE TABLE "parcels" ("id" uuid NOT NULL DEFAULT uuid_generate_v4(), "code" character varying(12) NOT NULL, "grams" integer NOT NULL, "state" "public"."parcels_state_enum" NOT NULL DEFAULT 'packed', "depot_id" integer NOT NULL, CONSTRAINT "UQ_c3f49ad03a0d4d453a32dd03ce3" UNIQUE ("code"), CONSTRAINT "ck_parcels_grams" CHECK ("grams" > 0), CONSTRAINT "PK_47847f79fee8a3926f2b3022a96" PRIMARY KEY ("id"));
CREATE INDEX "ix_parcels_state" ON "parcels" ("state");
ALTER TABLE "parcels" ADD CONSTRAINT "FK_ed9d68d057f0ad8c7e4195b8929" FOREIGN KEY ("depot_id") REFERENCES "depots"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;
INSERT INTO "depots" ("city") VALUES ('Lyon');
