import icon from '../icon.svg';

/** The mark of the product; decoration beside its name. */
export function Logo({ size = 32 }: { size?: number }) {
  return <img src={icon} width={size} height={size} alt="" />;
}
