export * from "mintmark/jsonwebtoken";
export { default } from "mintmark/jsonwebtoken";
