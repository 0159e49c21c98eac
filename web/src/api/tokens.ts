import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";

export const tokenKeys = ["tokens"] as const;

export const tokensQuery = () =>
  queryOptions({
    queryKey: tokenKeys,
    queryFn: ({ signal }) => answer(api.GET("/api/v1/tokens", { signal })),
  });

export const createToken = (name: string) => answer(api.POST("/api/v1/tokens", { body: { name } }));

export const revokeToken = async (id: number): Promise<void> => {
  await api.DELETE("/api/v1/tokens/{token_id}", { params: { path: { token_id: id } } });
};
