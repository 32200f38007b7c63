-- Who may answer: roles, and members by their ids; null: whoever reads the channel.
alter table sync.approval add column may_answer text[];
