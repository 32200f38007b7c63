import { Menu } from '@mantine/core';
import {
  IconArrowBackUp,
  IconDots,
  IconLink,
  IconMailOpened,
  IconMoodPlus,
  IconPencil,
  IconTrash,
} from '@tabler/icons-react';
import { type ReactNode, useRef, useState } from 'react';
import { copyText } from './copy-text.ts';
import { DeletePost } from './delete-post.tsx';
import { EmojiPicker } from './emoji-grid.tsx';
import classes from './frame.module.css';
import { inMain } from './overlay.ts';
import { type Post, pathOf } from './post.ts';

export type PostToolbarProps = {
  post: Post;
  isOwn: boolean;
  onReact: (emoji: string) => void;
  onEdit: () => void;
  onReply: ((post: Post) => void) | undefined;
  onMarkUnread: ((post: Post) => void) | undefined;
  /** After it was deleted. */
  onDeleted: () => void;
};

/** The actions on a post. Its menus are created when they are opened: a page has many posts. */
export function PostToolbar(props: PostToolbarProps) {
  const { post, onReact, onReply } = props;
  const [open, setOpen] = useState<'menu' | 'emoji' | 'delete'>();
  const from = useRef<HTMLElement>(null);
  const close = () => {
    setOpen(undefined);
    from.current?.focus();
  };
  return (
    <div className={classes.toolbar} data-open={open !== undefined || undefined}>
      <ToolButton label="React" isWide popup="dialog" onPress={() => setOpen('emoji')} from={from}>
        <IconMoodPlus size={17} aria-hidden />
      </ToolButton>
      {onReply && (
        <ToolButton label="Reply" isWide onPress={() => onReply(post)}>
          <IconArrowBackUp size={17} aria-hidden />
        </ToolButton>
      )}
      <ToolButton label="More" popup="menu" onPress={() => setOpen('menu')} from={from}>
        <IconDots size={17} aria-hidden />
      </ToolButton>
      {open === 'menu' && <PostMenu {...props} onClose={close} onOpen={setOpen} />}
      {open === 'emoji' && <EmojiPicker onPick={onReact} onClose={close} />}
      {open === 'delete' && <DeletePost post={post} onClose={close} onDeleted={props.onDeleted} />}
    </div>
  );
}

type ToolButtonProps = {
  label: string;
  /** Only where there is space: the menu has it too. */
  isWide?: boolean;
  popup?: 'menu' | 'dialog';
  onPress: () => void;
  from?: { current: HTMLElement | null };
  children: ReactNode;
};

function ToolButton({ label, isWide, popup, onPress, from, children }: ToolButtonProps) {
  return (
    <button
      type="button"
      className={`${classes.tool} ${isWide ? classes.wideTool : ''}`}
      aria-label={label}
      aria-haspopup={popup}
      title={label}
      onClick={(event) => {
        if (from) from.current = event.currentTarget;
        onPress();
      }}
    >
      {children}
    </button>
  );
}

// The span that it is attached to is not a button.
const withoutRoles = { withRoles: false };

type PostMenuProps = PostToolbarProps & {
  onClose: () => void;
  onOpen: (what: 'emoji' | 'delete') => void;
};

function PostMenu(props: PostMenuProps) {
  return (
    <Menu
      opened
      onChange={(opened) => !opened && props.onClose()}
      closeOnItemClick={false}
      position="bottom-end"
      {...withoutRoles}
      portalProps={inMain}
      withInitialFocusPlaceholder={false}
      returnFocus={false}
      transitionProps={{ duration: 0 }}
    >
      <Menu.Target>
        <span className={classes.anchor} />
      </Menu.Target>
      <Menu.Dropdown aria-label="Actions">
        <Items {...props} />
      </Menu.Dropdown>
    </Menu>
  );
}

function Items(props: PostMenuProps) {
  const { post, isOwn, onReply, onMarkUnread, onEdit, onClose, onOpen } = props;
  // The menu closes first, so that what an item opens keeps the focus.
  const then = (act: () => void) => () => {
    onClose();
    act();
  };
  const copy = () => void copyText(location.origin + pathOf(post), 'The link is copied.');
  const remove = then(() => onOpen('delete'));
  const react = then(() => onOpen('emoji'));
  return (
    <>
      <Item isFirst icon={<IconMoodPlus />} label="Add a reaction" onClick={react} />
      {onReply && (
        <Item icon={<IconArrowBackUp />} label="Reply" onClick={then(() => onReply(post))} />
      )}
      <Item icon={<IconLink />} label="Copy link" onClick={then(copy)} />
      {onMarkUnread && (
        <Item
          icon={<IconMailOpened />}
          label="Mark as unread from here"
          onClick={then(() => onMarkUnread(post))}
        />
      )}
      {isOwn && (
        <>
          <Menu.Divider />
          <Item icon={<IconPencil />} label="Edit" onClick={then(onEdit)} />
          <Item icon={<IconTrash />} label="Delete…" isGrave onClick={remove} />
        </>
      )}
    </>
  );
}

type ItemProps = {
  icon: ReactNode;
  label: string;
  /** It has the focus when the menu opens. */
  isFirst?: boolean;
  isGrave?: boolean;
  onClick: () => void;
};

function Item({ icon, label, isFirst = false, isGrave = false, onClick }: ItemProps) {
  const section = (
    <span className={classes.itemIcon} aria-hidden>
      {icon}
    </span>
  );
  return (
    <Menu.Item
      leftSection={section}
      data-autofocus={isFirst || undefined}
      onClick={onClick}
      {...(isGrave ? { c: 'var(--mantine-color-error)' } : {})}
    >
      {label}
    </Menu.Item>
  );
}
