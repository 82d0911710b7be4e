import {
  Column,
  Entity,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  OneToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  RelationId,
} from 'typeorm';

@Entity()
export class Country {
  @PrimaryColumn({ type: 'varchar', length: 2 })
  code!: string;

  @Column({ type: String, unique: true })
  name!: string;
}

@Entity()
export class Profile {
  @PrimaryGeneratedColumn()
  id!: number;

  @OneToOne(() => Author, (author) => author.profile)
  author!: unknown;
}

@Entity()
export class Author {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @OneToOne(() => Profile, (profile) => profile.author, { onDelete: 'SET NULL', nullable: true })
  @JoinColumn()
  profile!: unknown;

  @OneToMany(() => Book, (book) => book.author)
  books!: unknown[];

  @ManyToOne(() => Country, { nullable: false })
  @JoinColumn({ name: 'born in', referencedColumnName: 'name' })
  country!: unknown;

  @ManyToOne(() => Author, { onDelete: 'CASCADE', nullable: true })
  mentor!: unknown;

  @RelationId((author: Author) => author.country)
  countryName!: string;
}

@Entity()
export class Edition {
  @PrimaryColumn({ type: 'integer' })
  bookId!: number;

  @PrimaryColumn({ type: 'varchar', length: 2 })
  countryCode!: string;

  @ManyToOne(() => Book, (book) => book.editions, { onDelete: 'CASCADE', onUpdate: 'CASCADE' })
  @JoinColumn({ name: 'bookId' })
  book!: unknown;

  @ManyToOne(() => Country, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'countryCode', foreignKeyConstraintName: 'fk of the country' })
  country!: unknown;

  @OneToMany(() => Printing, (printing) => printing.edition)
  printings!: unknown[];
}

@Entity()
export class Printing {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(() => Edition, (edition) => edition.printings, { onUpdate: 'CASCADE' })
  @JoinColumn([
    { name: 'book', referencedColumnName: 'bookId' },
    { name: 'country', referencedColumnName: 'countryCode' },
  ])
  edition!: unknown;
}

@Entity()
export class Book {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(() => Author, (author) => author.books, { onDelete: 'CASCADE' })
  author!: unknown;

  @ManyToOne(() => Author, { createForeignKeyConstraints: false, nullable: true })
  reviewer!: unknown;

  @OneToMany(() => Edition, (edition) => edition.book)
  editions!: unknown[];

  @ManyToMany(() => Tag, (tag) => tag.books)
  @JoinTable()
  tags!: unknown[];

  @ManyToMany(() => Country, { onDelete: 'RESTRICT' })
  @JoinTable({
    name: 'sold_in',
    joinColumn: { name: 'book', foreignKeyConstraintName: 'fk_sold_book' },
    inverseJoinColumn: { name: 'country', referencedColumnName: 'code' },
  })
  soldIn!: unknown[];

  @ManyToMany(() => Book)
  @JoinTable({ name: 'related books' })
  related!: unknown[];

  @ManyToMany(() => Edition, { createForeignKeyConstraints: false })
  @JoinTable()
  favourites!: unknown[];
}

@Entity()
export class Tag {
  @PrimaryColumn({ type: String })
  word!: string;

  @ManyToMany(() => Book, (book) => book.tags)
  books!: unknown[];
}

export const LIBRARY = [Country, Profile, Author, Edition, Printing, Book, Tag];
