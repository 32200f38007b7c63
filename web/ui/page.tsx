import { ActionIcon, Text, Title } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { createContext, type ReactNode, use } from 'react';
import classes from './page.module.css';
import { usePageTitle } from './page-title.ts';
import { LoadingLines } from './states.tsx';

/** What the shell puts at the left of every page's header: on a phone, the button of the drawer. */
export const HeaderStart = createContext<ReactNode>(null);

type PageProps = {
  /** Also the title of the window. */
  title: string;
  /** Shown in place of the title, if that is more than text. */
  heading?: ReactNode;
  /** One line below the title. */
  description?: ReactNode;
  /** At the right of the header. */
  actions?: ReactNode;
  /** A button that goes back, or to this path if there is nothing to go back to. */
  back?: string;
  /** `fill`: the content is as high as the window and scrolls itself (lists, chats). */
  layout?: 'text' | 'fill';
  children: ReactNode;
};

/** A page inside the shell: its header with the one `h1`, and its content. */
export function Page(props: PageProps) {
  const { title, heading, description, actions, back, layout = 'text', children } = props;
  const start = use(HeaderStart);
  const fills = layout === 'fill';
  usePageTitle(title);
  return (
    <div className={`${classes.page} ${fills ? classes.fills : ''}`}>
      <header className={classes.header}>
        {start}
        {back !== undefined && <BackButton fallback={back} />}
        <div className={classes.titles}>
          <Title order={1} className="truncate" title={title}>
            {heading ?? title}
          </Title>
          {description !== undefined && description !== '' && (
            <Text component="div" size="sm" c="dimmed" className="truncate">
              {description}
            </Text>
          )}
        </div>
        {actions}
      </header>
      <div className={`${classes.content} ${fills ? classes.bare : classes.narrow}`}>
        {children}
      </div>
    </div>
  );
}

/** The files of a page are being loaded. */
export function PendingPage() {
  const isInShell = use(HeaderStart) !== null;
  if (!isInShell) return <LoadingLines />;
  return (
    <Page title="">
      <LoadingLines />
    </Page>
  );
}

function BackButton({ fallback }: { fallback: string }) {
  const router = useRouter();
  const goBack = () => {
    if (router.history.canGoBack()) router.history.back();
    else router.history.push(fallback);
  };
  return (
    <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Back" onClick={goBack}>
      <IconArrowLeft size={20} />
    </ActionIcon>
  );
}
