import { Button, Center, Text } from '@mantine/core';
import { IconMoodEmpty, IconSearch } from '@tabler/icons-react';
import type { Found } from '../../../contract/messaging/website/finding.ts';
import { ApiError } from '../../api.ts';
import { counted } from '../../ui/counted.ts';
import { Face } from '../../ui/face.tsx';
import { EmptyState, ErrorState, LoadingLines } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';
import { PlaceName } from '../inbox/place-name.tsx';
import { PostLink } from '../inbox/post-link.tsx';
import { userName, useUser, useUsers } from '../live/home.ts';
import { type Asked, useFound } from './found-posts.ts';
import classes from './search.module.css';

/** The posts that were found, the best first. */
export function Results({ asked }: { asked: Asked }) {
  const search = useFound(asked);
  if (!asked.q) {
    return (
      <EmptyState icon={<IconSearch size={26} />} title="Find anything you may read">
        The beginning of a word will do. Put "several words" in quotes to find them together, and a
        minus before a -word to leave it out.
      </EmptyState>
    );
  }
  if (search.isPending) return <LoadingLines label="Searching" />;
  if (search.error && !search.isFetching) {
    return <Failure error={search.error} retry={() => void search.refetch()} />;
  }
  return <FoundList search={search} />;
}

function FoundList({ search }: { search: ReturnType<typeof useFound> }) {
  const found = search.data?.pages.flatMap((page) => page.found) ?? [];
  return (
    <>
      <Text role="status" size="sm" c="dimmed">
        {howMany(found.length, search.hasNextPage)}
      </Text>
      {found.length === 0 && (
        <EmptyState icon={<IconMoodEmpty size={26} />} title="Nothing was found">
          Try fewer words, or only how they begin; or look everywhere and by anybody.
        </EmptyState>
      )}
      <ul className={`${classes.list} ${search.isPlaceholderData ? classes.old : ''}`}>
        {found.map((one) => (
          <li key={one.message_id ?? one.comment_id ?? one.thread_id} data-result>
            <Result found={one} />
          </li>
        ))}
      </ul>
      {search.hasNextPage && (
        <Center>
          <Button
            variant="default"
            loading={search.isFetchingNextPage}
            onClick={() => void search.fetchNextPage()}
          >
            Show more
          </Button>
        </Center>
      )}
    </>
  );
}

function Failure({ error, retry }: { error: Error; retry: () => void }) {
  if (!(error instanceof ApiError) || error.status !== 400) {
    return <ErrorState error={error} retry={retry} />;
  }
  return (
    <EmptyState icon={<IconSearch size={26} />} title="There is no word to search for">
      Punctuation alone finds nothing, and neither does a search that only excludes words.
    </EmptyState>
  );
}

function howMany(count: number, hasMore: boolean): string {
  if (count === 0) return 'No results';
  return hasMore ? `The first ${count} results` : counted(count, 'result');
}

function Result({ found }: { found: Found }) {
  const name = userName(useUsers(), found.author_id);
  const author = useUser(found.author_id);
  return (
    <PostLink post={found} className={classes.result ?? ''}>
      <Face name={name} isBot={author?.kind === 'bot'} size={32} />
      <span className={classes.about}>
        <span className={classes.line}>
          <span className={classes.where}>
            <bdi className={classes.name}>{name}</bdi>
            {' in '}
            <PlaceName {...found} />
          </span>
          <Text component="span" size="xs" c="dimmed" className={classes.when ?? ''}>
            <Time at={found.created_at} />
          </Text>
        </span>
        <Excerpt excerpt={found.excerpt} />
      </span>
    </PostLink>
  );
}

/** A mention in the text of a result; it is shown by the user's present name. */
const mention = /<@(\d{11})>/g;

function Excerpt({ excerpt }: { excerpt: Found['excerpt'] }) {
  const users = useUsers();
  let at = 0;
  const parts = excerpt.map(({ text, is_match }) => {
    const key = at;
    at += text.length + 1;
    if (is_match) return <mark key={key}>{text}</mark>;
    const named = text.replace(mention, (_, id: string) => `@${userName(users, id)}`);
    return <span key={key}>{named}</span>;
  });
  return (
    <span className={classes.excerpt} dir="auto">
      {parts}
    </span>
  );
}
