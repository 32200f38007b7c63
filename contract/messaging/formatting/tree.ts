/** Inside a paragraph, a heading or an item of a list. */
export type Inline = Text | Marked | CodeSpan | Link | Mention | Break;

export type Text = { readonly type: 'text'; readonly text: string };

export type Marked = {
  readonly type: 'bold' | 'italic' | 'underline' | 'strikethrough';
  readonly children: readonly Inline[];
};

export type CodeSpan = { readonly type: 'code'; readonly text: string };

/** `url` begins with `http:`, `https:` or `mailto:`; `children` hold no links and no mentions. */
export type Link = {
  readonly type: 'link';
  readonly url: string;
  readonly children: readonly Inline[];
};

/** `label` is empty where none was given. Whether there is such a user is not known here. */
export type Mention = { readonly type: 'mention'; readonly userID: string; readonly label: string };

export type Break = { readonly type: 'break' };

export type Block = Paragraph | Heading | List | Quote | CodeBlock | FileEmbed;

export type Paragraph = { readonly type: 'paragraph'; readonly children: readonly Inline[] };

export type Heading = {
  readonly type: 'heading';
  readonly level: 1 | 2 | 3;
  readonly children: readonly Inline[];
};

export type List = OrderedList | UnorderedList;

export type OrderedList = {
  readonly type: 'list';
  readonly ordered: true;
  /** The number of the first item; the others count on. */
  readonly start: number;
  readonly items: readonly ListItem[];
};

export type UnorderedList = {
  readonly type: 'list';
  readonly ordered: false;
  readonly items: readonly ListItem[];
};

export type ListItem = { readonly children: readonly Inline[]; readonly lists: readonly List[] };

export type Quote = { readonly type: 'quote'; readonly children: readonly Block[] };

/** `language` is empty where none was given; letters, digits and `+ # . _ -` only. */
export type CodeBlock = { readonly type: 'code'; readonly language: string; readonly text: string };

/** An image or a video; `label` is empty where none was given. */
export type FileEmbed = { readonly type: 'file'; readonly fileID: string; readonly label: string };

/** A block of a thread or a comment, or a whole chat message. */
export type Place = 'thread' | 'chat';
